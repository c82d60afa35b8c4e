// How a page looks: by day, by night, and on paper.

extension ReportPage {
    static let style = """
        :root { --paper: #fff; --ink: #1b1f24; --faint: #5b6470; --line: #d8dde3; --shade: #f4f6f8; --link: #0b5cad;
          --bar: #3d6fa5; --bad: #b3261e; --badShade: #fdf0ee; }
        @media (prefers-color-scheme: dark) { :root { --paper: #14171b; --ink: #e4e7eb; --faint: #9aa4b0;
          --line: #323a43; --shade: #1c2127; --link: #7db7f0; --bar: #6d9fd3; --bad: #ff8a80; --badShade: #2d1a1a; } }
        * { box-sizing: border-box; }
        html { background: var(--paper); color: var(--ink); }
        body { max-width: 66rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem;
          font: 15px/1.5 "Source Sans 3", "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
        header { border-bottom: 2px solid var(--ink); padding-bottom: 1.2rem; margin-bottom: 1.6rem; }
        .kind { margin: 0; color: var(--faint); font-size: .8rem; letter-spacing: .09em; text-transform: uppercase; }
        h1 { font-size: 1.75rem; line-height: 1.2; margin: .2rem 0 1rem; }
        h2 { font-size: 1.2rem; margin: 2.2rem 0 .7rem; border-bottom: 1px solid var(--line); padding-bottom: .25rem; }
        h3 { font-size: 1rem; margin: 1.4rem 0 .3rem; }
        p { margin: .5rem 0; max-width: 48rem; }
        a { color: var(--link); text-decoration: none; } a:hover { text-decoration: underline; }
        code, pre { font-family: ui-monospace, "SF Mono", "DejaVu Sans Mono", Consolas, monospace; font-size: .82em; }
        code { overflow-wrap: anywhere; }
        pre { background: var(--shade); border: 1px solid var(--line); border-radius: 4px; padding: .6rem .8rem;
          margin: .4rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
        dl { margin: .4rem 0; }
        dl > div { display: grid; grid-template-columns: 12.5rem 1fr; gap: 1rem; padding: .28rem .5rem; }
        .facts > div + div { border-top: 1px solid var(--line); }
        .basis > div { padding: .1rem 0; }
        dt { color: var(--faint); } dd { margin: 0; overflow-wrap: anywhere; }
        nav ol { columns: 2; margin: 0; padding: .8rem .8rem .8rem 2.2rem; background: var(--shade);
          border-radius: 4px; }
        .wide { overflow-x: auto; margin: .6rem 0; }
        table { border-collapse: collapse; width: 100%; font-size: .93em; }
        th::first-letter, dt::first-letter { text-transform: uppercase; }
        th { text-align: left; font-weight: 600; color: var(--faint); font-size: .82em; letter-spacing: .03em;
          border-bottom: 1.5px solid var(--ink); padding: .35rem .6rem .35rem .5rem; vertical-align: bottom; }
        td { border-bottom: 1px solid var(--line); padding: .35rem .6rem .35rem .5rem; vertical-align: top;
          overflow-wrap: break-word; min-width: 3.5rem; max-width: 24rem; }
        td, th { font-variant-numeric: tabular-nums; }
        table.many { font-size: .82em; } .many td, .many th { padding: .3rem .45rem .3rem .4rem; min-width: 0; }
        .cite { font-size: .82em; color: var(--faint); font-variant-numeric: tabular-nums; }
        td.cites { min-width: 4.5rem; }
        .gap { background: var(--badShade); box-shadow: inset 3px 0 0 var(--bad); }
        .gap dt, .gap dd, .gap td { color: var(--bad); }
        .notice { color: var(--bad); font-weight: 600; margin-bottom: 0; }
        .none, .files { color: var(--faint); }
        .files { margin: .1rem 0; font-size: .88em; }
        figure { margin: 1rem 0; }
        figcaption { font-weight: 600; margin-bottom: .4rem; } figcaption::first-letter { text-transform: uppercase; }
        svg { width: 100%; max-width: 46rem; height: auto; font-size: 13px; }
        svg text { fill: var(--ink); } svg .label { text-anchor: end; } svg .value { text-anchor: end; }
        svg .faint { fill: var(--faint); } svg .bar { fill: var(--bar); } svg .bad { fill: var(--bad); }
        svg .limit { stroke: var(--ink); stroke-width: 2; }
        svg.picture { max-width: none; font-size: 11px; } svg .line { fill: none; stroke: var(--faint); opacity: .55; }
        svg .box { fill: var(--shade); stroke: var(--line); } svg .subject { stroke: var(--link); stroke-width: 2; }
        svg .gapBox { fill: var(--badShade); stroke: var(--bad); } svg .kindName { fill: var(--faint); font-size: 9px; }
        .appendix { margin-top: 3rem; } article:target { outline: 2px solid var(--link); outline-offset: 6px; }
        footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: .8rem; color: var(--faint);
          font-size: .88em; }
        @page { margin: 18mm 16mm; }
        @media print { :root { --paper: #fff; --ink: #000; --faint: #444; --line: #bbb; --shade: #f6f6f6; --link: #000;
            --bar: #555; --bad: #8c1d18; --badShade: #f7eeee; }
          body { padding: 0; max-width: none; font-size: 10.5pt; } nav { display: none; }
          tr, dl > div, figure { break-inside: avoid; } h2, h3 { break-after: avoid; }
          thead { display: table-header-group; }
          .appendix { break-before: page; } .wide { overflow: visible; } .files { display: none; }
          * { print-color-adjust: exact; } }
        """
}
