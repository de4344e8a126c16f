from django.urls import path

from bienestar.web.people import cards, counter, deaths, exporting, records, registration

urlpatterns = [
    path("", counter.counter, name="counter"),
    path("new/", registration.register, name="person_new"),
    path("export/", exporting.export, name="people_export"),
    path("move/", counter.move, name="person_move"),
    path("<str:uid>/", records.person, name="person"),
    path("<str:uid>/edit/", registration.correct, name="person_edit"),
    path("<str:uid>/readers/", records.readers, name="person_readers"),
    path("<str:uid>/contest/", records.contest, name="person_contest"),
    path("<str:uid>/check/", records.check, name="person_check"),
    path("<str:uid>/death/", deaths.death, name="person_death"),
    path("<str:uid>/death/take-back/", deaths.take_back, name="person_death_take_back"),
    path("<str:uid>/consent/", records.consent, name="person_consent"),
    path("<str:uid>/card/", cards.request, name="card_request"),
    path("<str:uid>/card/deliver/", cards.deliver_card, name="card_deliver"),
    path("<str:uid>/card/end/", cards.end, name="card_end"),
]
