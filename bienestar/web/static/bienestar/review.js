// The three answers from the keyboard, always with Ctrl and Shift: a single letter would fire while somebody dictates
// or while a screen reader uses the letters itself. The place of the key counts, not what the layout writes there.
const answers = new Map([...document.querySelectorAll("[data-key]")].map((answer) => [answer.dataset.key, answer]));
if (answers.size) {
  document.getElementById("keys").hidden = false;
  document.addEventListener("keydown", (event) => {
    const answer = event.ctrlKey && event.shiftKey && !event.altKey && !event.repeat && answers.get(event.code);
    if (answer) {
      event.preventDefault();
      answer.click();
    }
  });
}
