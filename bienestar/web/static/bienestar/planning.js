// Keeps the slider of the budget and its number box in step. The box is what the form sends; without this file the
// slider stays hidden and the box does the whole job.
for (const slider of document.querySelectorAll("[data-keeps-step-with]")) {
  const box = document.getElementById(slider.dataset.keepsStepWith);
  slider.closest("[hidden]").hidden = false;
  const whole = Number(slider.max) >= 50;
  slider.addEventListener("input", () => {
    box.value = whole ? Math.round(slider.value) : Number(slider.value).toFixed(2);
  });
  box.addEventListener("input", () => {
    slider.value = box.value;
  });
}
