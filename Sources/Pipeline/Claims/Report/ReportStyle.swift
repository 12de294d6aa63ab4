/// The style sheet and the script of the page: nothing is fetched, so that it can be kept and mailed.
enum ReportStyle {
  /// Colours of series are Okabe and Ito's, darker on white and lighter on black for contrast.
  static let sheet = """
    :root {
      color-scheme: light dark;
      --paper: #ffffff; --ink: #1f2430; --soft: #5b6472; --rule: #d8dce3; --grid: #eceff3; --tint: #f5f7f9;
      --region: #009e7326; --good: #00704f; --bad: #a63a00; --open: #7a5a00;
      --s0: #0072b2; --s1: #b85000; --s2: #007a5a; --s3: #a34f86; --s4: #8a6d00; --s5: #4a5160;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --paper: #14171c; --ink: #e8eaee; --soft: #a3abb8; --rule: #3a414d; --grid: #262b33; --tint: #1c2027;
        --region: #009e7340; --good: #4fd1a5; --bad: #ff9a5c; --open: #e5c04a;
        --s0: #56b4e9; --s1: #ff9a4d; --s2: #2fc79b; --s3: #e39ac8; --s4: #e5c04a; --s5: #b8c0cc;
      }
    }
    * { box-sizing: border-box; }
    body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 4rem; background: var(--paper); color: var(--ink);
      font: 16px/1.55 system-ui, "Liberation Sans", Helvetica, Arial, sans-serif; overflow-wrap: break-word; }
    h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .3rem; }
    h2 { font-size: 1.3rem; margin: 2.6rem 0 .6rem; }
    h3 { font-size: 1.05rem; margin: 1.6rem 0 .4rem; }
    p { margin: .5rem 0; }
    a { color: var(--s0); }
    .lead, figcaption, .note { color: var(--soft); }
    .table { overflow-x: auto; margin: .8rem 0; }
    table { border-collapse: collapse; font-size: .9rem; min-width: 100%; }
    th, td { text-align: left; vertical-align: top; padding: .35rem .8rem .35rem 0; border-bottom: 1px solid var(--rule); }
    th { font-weight: 600; white-space: nowrap; }
    td { font-variant-numeric: tabular-nums; }
    .verdict { font-weight: 600; white-space: nowrap; }
    .reproduced { color: var(--good); } .not-reproduced { color: var(--bad); }
    .unstable, .not-testable-here { color: var(--open); }
    blockquote { margin: .6rem 0; padding: .1rem 0 .1rem 1rem; border-left: 3px solid var(--rule); }
    section.claim { border-top: 1px solid var(--rule); margin-top: 1.6rem; }
    figure { margin: 1.6rem 0; }
    .picture { overflow-x: auto; }
    .picture > svg { display: block; width: 100%; min-width: 34rem; max-width: 46rem; height: auto; }
    ul.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; padding: 0; margin: .4rem 0; list-style: none; font-size: .9rem; }
    ul.legend svg { vertical-align: -3px; margin-right: .35rem; }
    svg text { font-family: inherit; fill: var(--ink); font-size: 13px; }
    svg .tick, svg .number { fill: var(--soft); font-size: 12px; }
    svg .grid { stroke: var(--grid); } svg .reference { stroke: var(--soft); stroke-dasharray: 4 4; }
    svg .region { fill: var(--region); }
    svg .line { fill: none; stroke-width: 1.6; } svg .interval { stroke-width: 1; opacity: .55; }
    svg .mark { fill: var(--paper); stroke: var(--ink); stroke-width: 2; } svg .ink { stroke: var(--ink); }
    svg .marker { stroke: var(--paper); stroke-width: .8; }
    svg .marker.s0 { fill: var(--s0); } svg .marker.s1 { fill: var(--s1); } svg .marker.s2 { fill: var(--s2); }
    svg .marker.s3 { fill: var(--s3); } svg .marker.s4 { fill: var(--s4); } svg .marker.s5 { fill: var(--s5); }
    svg .line.s0, svg .interval.s0 { stroke: var(--s0); } svg .line.s1, svg .interval.s1 { stroke: var(--s1); }
    svg .line.s2, svg .interval.s2 { stroke: var(--s2); } svg .line.s3, svg .interval.s3 { stroke: var(--s3); }
    svg .line.s4, svg .interval.s4 { stroke: var(--s4); } svg .line.s5, svg .interval.s5 { stroke: var(--s5); }
    .filters { display: flex; flex-wrap: wrap; gap: .5rem 1rem; margin: .8rem 0; font-size: .9rem; }
    .filters select, .filters input { font: inherit; color: inherit; background: var(--tint); border: 1px solid var(--rule);
      border-radius: 4px; padding: .2rem .4rem; max-width: 100%; }
    @media print {
      :root { --paper: #ffffff; --ink: #1f2430; --soft: #5b6472; --rule: #d8dce3; --grid: #eceff3; --region: #009e7326;
        --good: #00704f; --bad: #a63a00; --open: #7a5a00;
        --s0: #0072b2; --s1: #b85000; --s2: #007a5a; --s3: #a34f86; --s4: #8a6d00; --s5: #4a5160; }
      body { max-width: none; padding: 0; font-size: 11pt; }
      figure, section.claim, tr { break-inside: avoid; } .filters { display: none; }
      .picture, .table { overflow: visible; } .picture > svg { min-width: 0; }
    }
    """

  /// One menu a column with few values; a row stays when all menus allow it and the text is in it.
  static let script = """
    for (const table of document.querySelectorAll("table.filtered")) {
      const rows = [...table.tBodies[0].rows];
      const heads = [...table.tHead.rows[0].cells].map(cell => cell.textContent);
      const bar = document.createElement("div");
      bar.className = "filters";
      const chosen = heads.map(() => "");
      const search = document.createElement("input");
      search.type = "search";
      search.placeholder = "find in rows";
      search.setAttribute("aria-label", "find in rows");
      const update = () => {
        const words = search.value.toLowerCase();
        for (const row of rows) {
          row.hidden = chosen.some((value, column) => value && row.cells[column].textContent !== value)
            || !row.textContent.toLowerCase().includes(words);
        }
      };
      heads.forEach((head, column) => {
        const values = [...new Set(rows.map(row => row.cells[column].textContent))];
        if (values.length < 2 || values.length > 30 || values.length > rows.length / 2) return;
        const menu = document.createElement("select");
        menu.setAttribute("aria-label", head);
        menu.append(new Option(head + ": all", ""), ...values.map(value => new Option(value || "(none)", value)));
        menu.addEventListener("change", () => { chosen[column] = menu.value; update(); });
        bar.append(menu);
      });
      search.addEventListener("input", update);
      bar.append(search);
      table.parentElement.before(bar);
    }
    """
}
