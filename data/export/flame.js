// The script inside an exported flame graph: zoom by click, search by regular expression.
// Frames are <g class="f" data-x data-w data-v>: place and width as shares of the whole, weight.
(function () {
  "use strict";
  var svg = document.documentElement;
  var all = Array.prototype.slice.call(document.querySelectorAll("g.f"));
  var width = +svg.dataset.width, total = +svg.dataset.total;
  var found = document.getElementById("found"), out = document.getElementById("out");
  var zoomed = null, pattern = null;

  function x(g) { return +g.dataset.x; }
  function w(g) { return +g.dataset.w; }
  function name(g) { return g.dataset.n; }

  function fit(g, pixels) {
    var text = g.querySelector("text"), full = g.dataset.s + name(g), room = Math.floor((pixels - 6) / 6.8);
    text.textContent = room < 3 ? "" : full.length <= room ? full : full.slice(0, room - 1) + "\u2026";
  }

  function place(g, left, share, faded) {
    var rect = g.querySelector("rect"), pixels = share * width;
    rect.setAttribute("x", left * width);
    rect.setAttribute("width", Math.max(pixels - 0.4, 0.1));
    g.querySelector("text").setAttribute("x", left * width + 3);
    g.style.display = "";
    g.style.opacity = faded ? 0.5 : 1;
    fit(g, pixels);
  }

  function zoom(to) {
    zoomed = to && w(to) < 1 ? to : null;
    var left = zoomed ? x(zoomed) : 0, share = zoomed ? w(zoomed) : 1;
    var depth = zoomed ? +zoomed.dataset.d : 0, slack = 1e-9;
    all.forEach(function (g) {
      var above = zoomed && +g.dataset.d < depth && x(g) <= left + slack && x(g) + w(g) >= left + share - slack;
      var inside = x(g) >= left - slack && x(g) + w(g) <= left + share + slack && +g.dataset.d >= depth;
      if (above) place(g, 0, 1, true);
      else if (inside) place(g, (x(g) - left) / share, w(g) / share, false);
      else g.style.display = "none";
    });
    out.style.display = zoomed ? "" : "none";
  }

  // Nested matches count once: of matches that lie in one another only the outermost adds up.
  function search(text) {
    pattern = null;
    if (text) {
      try { pattern = new RegExp(text); } catch (e) { found.textContent = "not a regular expression: " + text; return; }
    }
    var end = {}, sum = 0, count = 0;
    all.slice().sort(function (a, b) { return a.dataset.d - b.dataset.d || x(a) - x(b); }).forEach(function (g) {
      var hit = pattern && pattern.test(name(g));
      g.classList.toggle("hit", !!hit);
      if (!hit) return;
      count++;
      for (var k in end) if (end[k][0] <= x(g) + 1e-9 && end[k][1] >= x(g) + w(g) - 1e-9) return;
      end[count] = [x(g), x(g) + w(g)];
      sum += w(g);
    });
    found.textContent = pattern ? count + " frames match, " + (100 * sum).toFixed(2) + " %" : "";
  }

  function ask() {
    var text = window.prompt("Search (regular expression), empty to clear:", pattern ? pattern.source : "");
    if (text !== null) search(text);
  }

  svg.addEventListener("click", function (event) {
    var g = event.target.closest("g.f");
    if (event.target.id === "search") ask();
    else if (event.target.id === "out") zoom(null);
    else if (g) zoom(g);
  });
  window.addEventListener("keydown", function (event) {
    if ((event.ctrlKey && event.key === "f") || event.key === "/" || event.key === "F3") { event.preventDefault(); ask(); }
    if (event.key === "Escape") { search(""); zoom(null); }
  });
})();
