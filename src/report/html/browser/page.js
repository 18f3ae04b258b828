// Small comforts of the page: theme, copying, filters, links into closed details, printing. The page is whole without them.
'use strict'
{
  const byId = (id) => document.getElementById(id)
  const all = (selector) => [...document.querySelectorAll(selector)]

  const stored = {
    get() {
      try {
        return localStorage.getItem('faultline-theme')
      } catch {
        return null
      }
    },
    set(theme) {
      try {
        localStorage.setItem('faultline-theme', theme)
      } catch {
        // A file opened from a folder may have no storage: the choice then lasts as long as the page.
      }
    },
  }
  const preference = matchMedia('(prefers-color-scheme: dark)')
  const theme = byId('theme')
  const isDark = () => (document.documentElement.dataset.theme ?? (preference.matches ? 'dark' : 'light')) === 'dark'
  const showTheme = () => theme.setAttribute('aria-pressed', String(isDark()))
  const choice = stored.get()
  if (choice === 'dark' || choice === 'light') document.documentElement.dataset.theme = choice
  theme.hidden = false
  showTheme()
  preference.addEventListener('change', showTheme)
  theme.addEventListener('click', () => {
    const next = isDark() ? 'light' : 'dark'
    document.documentElement.dataset.theme = next
    stored.set(next)
    showTheme()
  })

  const copy = async (button) => {
    const text = button.dataset.copy
    try {
      await navigator.clipboard.writeText(text)
    } catch {
      // Without a secure context there is no clipboard: the id is selected instead, ready for the reader's own copy.
      const range = document.createRange()
      range.selectNodeContents(button.previousElementSibling)
      getSelection().removeAllRanges()
      getSelection().addRange(range)
      return
    }
    button.textContent = 'Copied'
    setTimeout(() => (button.textContent = 'Copy'), 1500)
  }
  for (const button of all('.copy')) {
    button.hidden = false
    button.addEventListener('click', () => copy(button))
  }

  const findings = all('.finding')
  const severity = byId('filter-severity')
  const family = byId('filter-family')
  if (severity !== null) {
    severity.closest('.finding-filters').hidden = false
    const filter = () => {
      let shown = 0
      for (const finding of findings) {
        const fits =
          (severity.value === '' || finding.dataset.severity === severity.value) &&
          (family.value === '' || finding.dataset.family === family.value)
        finding.parentElement.hidden = !fits
        if (fits) shown += 1
      }
      byId('filter-count').textContent = shown === findings.length ? '' : `${shown} of ${findings.length}`
    }
    severity.addEventListener('change', filter)
    family.addEventListener('change', filter)
    const openAll = byId('open-all')
    openAll.addEventListener('click', () => {
      const open = findings.some((finding) => !finding.open)
      for (const finding of findings) finding.open = open
      openAll.textContent = open ? 'Close all' : 'Open all'
    })
  }

  const openTarget = () => {
    const id = location.hash.slice(1)
    const target = id === '' ? null : byId(id)
    if (target === null || !target.classList.contains('finding')) return
    target.parentElement.hidden = false
    target.open = true
    target.scrollIntoView()
    target.querySelector('summary').focus({ preventScroll: true })
  }
  addEventListener('hashchange', openTarget)
  openTarget()

  let closed = []
  addEventListener('beforeprint', () => {
    closed = all('main details:not([open])')
    for (const details of closed) details.open = true
  })
  addEventListener('afterprint', () => {
    for (const details of closed) details.open = false
  })
}
