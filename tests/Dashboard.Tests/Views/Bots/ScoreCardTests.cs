using ControlPlane.Contracts;
using ControlPlane.Dashboard.Http;
using ControlPlane.Dashboard.Keys;
using ControlPlane.Dashboard.Readings;
using ControlPlane.Dashboard.Views.Bots.Detail;

namespace ControlPlane.Dashboard.Tests.Views.Bots;

public sealed class ScoreCardTests : PageContext
{
    [Fact]
    public async Task Promote_IsOffered_WhenAPersonsWordIsAllThatIsMissing()
    {
        Show();
        var (act, asked) = ((Act?)null, "");
        Get<ActPrompt>().Asked += (what, bot) => (act, asked) = (what, bot ?? "");
        var card = await CardAsync("PERSON");
        var button = card.Find(".acts button");
        Assert.False(button.HasAttribute("disabled"));
        button.Click();
        Assert.Equal((Act.Promote, "a"), (act, asked));
    }

    [Fact]
    public async Task Promote_IsOff_WhileEvidenceIsMissing()
    {
        Show();
        Assert.True((await CardAsync("HOLD", "PERSON")).Find(".acts button").HasAttribute("disabled"));
    }

    [Fact]
    public async Task Viewer_IsNotOfferedIt()
    {
        SignIn("viewer");
        Show();
        Assert.Empty((await CardAsync("PERSON")).FindAll(".acts button"));
    }

    private async Task<IRenderedComponent<ScoreCard>> CardAsync(params string[] needs)
    {
        var polled = new Polled<AutonomyAnswer>(_ => Task.FromResult(new ApiResult<AutonomyAnswer>(Rows.Autonomy("a", needs), 200, null)), Time);
        await polled.RefreshAsync(Xunit.TestContext.Current.CancellationToken);
        return Render<ScoreCard>(parameters => parameters.Add(p => p.Bot, Rows.Bot("a")).Add(p => p.Source, polled));
    }
}
