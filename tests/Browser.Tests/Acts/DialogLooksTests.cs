using Microsoft.Playwright;

namespace ControlPlane.Browser.Tests;

/// <summary>The dialogs of an operator's acts count as views: no violation in either theme, and all of each can be reached.</summary>
public sealed class DialogLooksTests(Stage stage)
{
    [Theory]
    [InlineData(Hands.Desk)]
    [InlineData(Hands.Phone)]
    public async Task Dialogs_HaveNoViolation_AndFit(int width)
    {
        await using var visitor = await stage.VisitAsync(width: width);
        await visitor.OpenAsync("/bots/grid-eth");
        foreach (var (name, command) in new[]
        {
            ("arm", "Arm LIVE for the system"), ("rehearse", "Rehearse a kill"), ("change", "Change grid-eth"), ("settle", "Settle a position of grid-eth"), ("revoke", "Revoke the own token of grid-eth"), ("delete", "Delete grid-eth"),
        })
        {
            await Hands.OpenAsync(visitor, command);
            foreach (var theme in new[] { "light", "dark" })
            {
                await visitor.Page.EvaluateAsync("theme => { document.documentElement.dataset.theme = theme; }", theme);
                await visitor.PictureAsync($"dialog-{name}-{width}-{theme}");
                await LooksTests.AxeFindsNothingAsync(visitor, $"the dialog {name} at {width}, {theme}");
            }

            var cut = await visitor.Page.EvaluateAsync<string[]>(
                """
                () => {
                  const d = document.querySelector("dialog[open]"), r = d.getBoundingClientRect();
                  const wide = d.scrollWidth > d.clientWidth || r.left < 0 || r.right > innerWidth ? ["it is too wide"] : [];
                  return [...wide, ...[...d.querySelectorAll("button, input, p, label")].filter(e => {
                    e.scrollIntoView({ block: "nearest" });
                    const box = e.getBoundingClientRect();
                    return box.height > 0 && (box.top < -1 || box.bottom > innerHeight + 1 || box.right > innerWidth);
                  }).map(e => e.textContent.trim() || e.name)];
                }
                """);
            Assert.True(cut.Length == 0, $"{name} at {width}: {string.Join("; ", cut)}");
            await visitor.Page.Keyboard.PressAsync("Escape");
            await Assertions.Expect(visitor.Page.Locator("dialog[open]")).ToHaveCountAsync(0);
        }
    }
}
