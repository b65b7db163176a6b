"""What tests of pages with sliders share."""


def number(page, name, at="income"):
    return float(page.locator(f"#{at}-{name}").get_attribute("data-value"))


def move(page, name, value, at="income"):
    """Move a slider as a hand does; return where it stopped."""
    slider = page.locator(f"#{at}-{name}")
    slider.evaluate(
        "(s, v) => { s.value = v; s.dispatchEvent(new Event('input', { bubbles: true })); }", value
    )
    return float(slider.input_value())
