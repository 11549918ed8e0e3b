"use strict";
(() => {
  const NARROW = 640;
  const data = JSON.parse(document.getElementById("data").textContent);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const narrow = matchMedia(`(max-width: ${NARROW}px)`);
  const chosen = { timeline: 0, graph: 0 };
  const picked = document.getElementById("picked");
  const charts = { timeline: document.getElementById("chart-timeline"), graph: document.getElementById("chart-graph") };

  // A figure's colours are names of the style sheet's; here they become what those mean now.
  const paint = (value) => {
    const style = getComputedStyle(document.documentElement);
    const text = (found) => found.replace(/var\((--[a-z]+)\)/g, (_, name) => style.getPropertyValue(name).trim());
    const walk = (part) => {
      if (typeof part === "string") return part.includes("var(--") ? text(part) : part;
      if (Array.isArray(part)) return part.map(walk);
      if (part && typeof part === "object") return Object.fromEntries(Object.entries(part).map(([key, inner]) => [key, walk(inner)]));
      return part;
    };
    return walk(value);
  };

  const draw = (name) => {
    const view = data[name][chosen[name]];
    const spec = paint(view[narrow.matches ? "narrow" : "wide"]);
    charts[name].style.height = `${spec.layout.height}px`;
    return Plotly.react(charts[name], spec.data, spec.layout, { displayModeBar: false, responsive: true, doubleClick: false });
  };

  const offer = (name) => {
    const group = document.querySelector(`[data-for="${name}"]`);
    data[name].forEach((view, place) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = view.name;
      button.setAttribute("aria-pressed", String(place === chosen[name]));
      button.addEventListener("click", () => {
        chosen[name] = place;
        group.querySelectorAll("button").forEach((other) => other.setAttribute("aria-pressed", String(other === button)));
        picked.textContent = name === "graph" ? "" : picked.textContent;
        draw(name);
      });
      group.append(button);
    });
  };

  // All that can be reached from a node by following the given lists of neighbours.
  const reach = (start, neighbours) => {
    const found = new Set();
    const ahead = [start];
    while (ahead.length) {
      for (const next of neighbours[ahead.pop()]) {
        if (!found.has(next)) {
          found.add(next);
          ahead.push(next);
        }
      }
    }
    return found;
  };

  const turned = (needs) => {
    const users = needs.map(() => []);
    needs.forEach((needed, node) => needed.forEach((other) => users[other].push(node)));
    return users;
  };

  const line = (shape, from, to) =>
    shape === "spline"
      ? [from, [from[0] + 0.35, from[1]], [to[0] - 0.35, to[1]], to]
      : [from, [from[0], to[1]], to];

  const pick = (node) => {
    const view = data.graph[chosen.graph];
    const below = reach(node, view.needs);
    const above = reach(node, turned(view.needs));
    const lit = (one) => one === node || below.has(one) || above.has(one);
    const spec = view[narrow.matches ? "narrow" : "wide"];
    const [, marked, nodes] = spec.data;
    const xs = [];
    const ys = [];
    view.needs.forEach((needed, user) => needed.forEach((need) => {
      const onWay = (user === node || below.has(user)) || (need === node || above.has(need));
      if (!onWay || !lit(user) || !lit(need)) return;
      for (const [x, y] of line(marked.meta, [nodes.x[need], nodes.y[need]], [nodes.x[user], nodes.y[user]])) {
        xs.push(x);
        ys.push(y);
      }
      xs.push(null);
      ys.push(null);
    }));
    Plotly.restyle(charts.graph, { x: [xs], y: [ys] }, [1]);
    const boxes = (spec.layout.annotations || []).map((box, one) => ({ ...paint(box), opacity: lit(one) ? 1 : 0.3 }));
    if (boxes.length) Plotly.relayout(charts.graph, { annotations: boxes });
    else Plotly.restyle(charts.graph, { "marker.opacity": [view.needs.map((_, one) => (lit(one) ? 1 : 0.25))] }, [2]);
    const link = document.createElement("a");
    link.href = `#r${view.targets[node]}`;
    link.textContent = view.labels[node];
    picked.replaceChildren(link, ` needs ${below.size} and is needed by ${above.size}.`);
  };

  // A link into the tree opens all that holds its target.
  const reveal = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (!target || !target.closest(".tree")) return;
    for (let part = target; part; part = part.parentElement.closest("details")) {
      part.open = true;
      part.closest("li").hidden = false;
    }
    target.scrollIntoView({ block: "start" });
  };

  const find = (event) => {
    const wanted = event.target.value.trim().toLowerCase();
    const visit = (item) => {
      const inner = [...item.querySelectorAll(":scope > details > ul > li")].map(visit).some(Boolean);
      const own = [...item.querySelector("details").children].filter((part) => part.tagName !== "UL");
      const hit = !wanted || own.some((part) => part.textContent.toLowerCase().includes(wanted));
      item.hidden = !(hit || inner);
      if (wanted && inner) item.querySelector("details").open = true;
      return hit || inner;
    };
    document.querySelectorAll(".tree > li").forEach(visit);
  };

  const unfold = (event) => {
    const button = event.currentTarget;
    const opened = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(opened));
    document.querySelectorAll(".tree details:has(> ul)").forEach((part) => (part.open = opened));
  };

  const drawAll = () => Promise.all(Object.keys(charts).map(draw));
  Object.keys(charts).forEach(offer);
  drawAll().then(() => {
    charts.graph.on("plotly_click", (event) => {
      const point = event.points.find((one) => one.curveNumber === 2);
      if (point) pick(point.pointNumber);
    });
    charts.graph.on("plotly_clickannotation", (event) => pick(event.index));
  });
  [dark, narrow].forEach((query) => query.addEventListener("change", drawAll));
  document.getElementById("find").addEventListener("input", find);
  document.getElementById("unfold").addEventListener("click", unfold);
  addEventListener("hashchange", reveal);
  reveal();
})();
