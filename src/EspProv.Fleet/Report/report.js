'use strict';
(() => {
  const table = document.getElementById('rows');
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const search = document.querySelector('.tools input');
  const chips = Array.from(document.querySelectorAll('.chips button'));
  const nothing = document.querySelector('.none-found');
  const text = new Map(rows.map(row => [row, row.textContent.toLowerCase()]));
  const order = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
  let status = '';

  const value = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.sort !== undefined ? Number(cell.dataset.sort) : cell.textContent;
  };

  const filter = () => {
    const wanted = search.value.trim().toLowerCase();
    let shown = 0;
    for (const row of rows) {
      row.hidden = (status !== '' && row.dataset.status !== status) || (wanted !== '' && !text.get(row).includes(wanted));
      if (!row.hidden) shown++;
    }
    nothing.hidden = shown > 0;
  };

  const sort = head => {
    const column = head.cellIndex;
    const descending = head.getAttribute('aria-sort') === 'ascending';
    for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
    const keyed = rows.map((row, index) => ({ row, index, key: value(row, column) }));
    keyed.sort((a, b) => {
      if (a.key === '' || b.key === '') return (a.key === '') - (b.key === '') || a.index - b.index;
      const difference = typeof a.key === 'number' ? a.key - b.key : order.compare(a.key, b.key);
      return (descending ? -difference : difference) || a.index - b.index;
    });
    body.append(...keyed.map(entry => entry.row));
  };

  for (const head of table.tHead.rows[0].cells) head.firstElementChild.addEventListener('click', () => sort(head));
  for (const chip of chips) {
    chip.addEventListener('click', () => {
      status = chip.dataset.status;
      for (const other of chips) other.setAttribute('aria-pressed', String(other === chip));
      filter();
    });
  }
  search.addEventListener('input', filter);
})();
