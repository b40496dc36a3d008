"use strict";
(() => {
  const place = document.getElementById("chart");
  if (typeof Plotly === "undefined") {
    place.className = "missing";
    place.textContent = "The chart needs plotly.min.js, which lies beside the run folders. The figures below do not.";
    return;
  }
  const data = JSON.parse(document.getElementById("chart-data").textContent);
  const DASHES = ["solid", "dash", "dot", "dashdot"];
  const hidden = new Set(window.eventfolioStore.get("hidden") ?? []);
  const themes = [...new Set(data.events.flatMap((event) => event.themes))].reverse();

  const dates = data.dates.flatMap((days) => [days[0], days.at(-1)]).filter(Boolean).sort();
  const span = dates.length ? [dates[0], dates.at(-1)] : undefined;

  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function lines() {
    const all = [
      ...data.lines.map((line) => ({ ...line, color: css(`--hue-${line.hue}`), dash: DASHES[line.dash], width: 1.7 })),
      ...data.benchmarks.map((line) => ({ ...line, color: css("--benchmark"), dash: "dot", width: 1.4 })),
    ];
    const axes = { gain: "y", fall: "y2", exposure: "y4" };
    return all.flatMap((line, number) => Object.keys(axes).filter((what) => line[what]).map((what) => ({
      type: "scatter", mode: "lines", name: escaped(line.name), x: data.dates[line.dates], y: line[what],
      yaxis: axes[what], visible: !hidden.has(number),
      line: { color: line.color, dash: line.dash, width: line.width },
      hovertemplate: `%{fullData.name}<br>%{x|%Y-%m-%d}  ${what === "exposure" ? "%{y:.0%} invested" : "%{y:.2%}"}<extra></extra>`,
    })));
  }

  function events(hindsight) {
    const points = data.events.filter((event) => event.hindsight === hindsight)
      .flatMap((event) => event.themes.map((theme) => ({ ...event, theme })));
    return {
      type: "scatter", mode: "markers", yaxis: "y3", x: points.map((point) => point.date),
      customdata: points.map((point) => point.id), y: points.map((point) => themes.indexOf(point.theme)), hovertext: points.map((point) => point.text), hoverinfo: "text",
      marker: hindsight
        ? { size: 9, symbol: "circle-open", color: css("--quiet"), line: { width: 1.5 } }
        : { size: 10, symbol: "circle", color: css("--accent") },
    };
  }

  function shapes() {
    const across = { type: "line", xref: "x", yref: "paper", y0: 0, y1: 1, layer: "below" };
    const shade = data.hindsight_until && span
      ? [{
        type: "rect", xref: "x", yref: "paper", y0: 0, y1: 1, x1: data.hindsight_until, layer: "below",
        x0: span[0], fillcolor: css("--shade"), line: { width: 0 },
      }]
      : [];
    return shade.concat(data.events.map((event) => ({
      ...across, x0: event.date, x1: event.date,
      line: { width: 1, color: event.hindsight ? css("--rule") : css("--accent"), dash: event.hindsight ? "solid" : "dot" },
      opacity: event.hindsight ? 1 : 0.45,
    })));
  }

  function draw() {
    const narrow = window.innerWidth < 640;
    const axis = { gridcolor: css("--rule"), zerolinecolor: css("--quiet"), zerolinewidth: 1, fixedrange: true };
    const title = (text) => ({ text, font: { size: 12 }, standoff: 6 });
    Plotly.react(place, [...lines(), events(true), events(false)], {
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", showlegend: false, hovermode: "closest",
      font: { family: css("--sans"), size: 12, color: css("--ink") },
      margin: { l: narrow ? 44 : 110, r: 8, t: 8, b: 36 }, dragmode: narrow ? false : "zoom",
      hoverlabel: { align: "left", bgcolor: css("--wash"), bordercolor: css("--rule"), font: { color: css("--ink"), family: css("--sans") } },
      xaxis: { anchor: "y3", type: "date", range: span && [...span], showgrid: false, linecolor: css("--rule"), fixedrange: narrow, tickformatstops: [
        { dtickrange: [null, "M1"], value: "%-d %b" }, { dtickrange: ["M1", null], value: "%b %Y" }], hoverformat: "%Y-%m-%d", nticks: narrow ? 4 : 10 },
      yaxis: { ...axis, domain: [0.52, 1], tickformat: ".0%", title: narrow ? undefined : title("Gain since the start") },
      yaxis2: { ...axis, domain: [0.32, 0.5], tickformat: ".0%", nticks: 5, title: narrow ? undefined : title("Drawdown") },
      yaxis4: { ...axis, domain: [0.19, 0.3], tickformat: ".0%", nticks: 3, rangemode: "tozero", title: narrow ? undefined : title("Exposure") },
      yaxis3: {
        ...axis, domain: [0, 0.16], tickvals: themes.map((_, row) => row), ticktext: themes.map(escaped), zeroline: false,
        range: [-0.6, themes.length - 0.4], ticklabelposition: narrow ? "inside top" : "outside", tickfont: { size: 11, color: css("--quiet") },
      },
      shapes: shapes(),
    }, { displayModeBar: false, responsive: true });
  }

  function escaped(text) {
    return text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
  }

  for (const button of document.querySelectorAll(".legend button")) {
    button.addEventListener("click", () => {
      const number = Number(button.dataset.line);
      if (!hidden.delete(number)) hidden.add(number);
      button.setAttribute("aria-pressed", String(!hidden.has(number)));
      window.eventfolioStore.set("hidden", [...hidden]);
      draw();
    });
    button.setAttribute("aria-pressed", String(!hidden.has(Number(button.dataset.line))));
  }
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  draw();
  place.on("plotly_click", ({ points: [point] }) => { if (point?.customdata) window.eventfolioShow(point.customdata); });
})();
