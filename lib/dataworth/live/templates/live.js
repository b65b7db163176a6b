// Progress comes by itself, and what one may copy is copied.
const progress = document.getElementById("progress");
async function look() {
  try {
    const answer = await fetch(location.pathname);
    if (answer.redirected) return location.replace(answer.url);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = page.getElementById("progress");
    if (!next || !("going" in next.dataset)) return location.reload();
    document.getElementById("clock").textContent = page.getElementById("clock").textContent;
    if (next.innerHTML !== progress.innerHTML) progress.innerHTML = next.innerHTML;
  } catch { /* the server may come back */ }
  setTimeout(look, 1000);
}
if (progress && "going" in progress.dataset) setTimeout(look, 1000);

for (const button of document.querySelectorAll("[data-copies]")) {
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copies);
    try {
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = "Copied";
    } catch {  // marked, for the keys that copy
      getSelection().selectAllChildren(source);
    }
  });
}
