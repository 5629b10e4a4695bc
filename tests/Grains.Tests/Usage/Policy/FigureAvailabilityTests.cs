using ControlPlane.Abstractions;
using ControlPlane.Grains.Usage.Policy;

namespace ControlPlane.Grains.Tests.Usage.Policy;

public sealed class FigureAvailabilityTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 22, 20, 0, 0, TimeSpan.Zero);
    private static readonly UsageFigures s_figures = new(100, 3, 0.1, 10, s_now.AddMinutes(-1), "momentum");

    [Fact]
    public void Figures_WithoutALoss_AreShownWhole()
    {
        var shown = FigureAvailability.Of(s_figures, null, s_now);
        Assert.Equal(s_figures, shown.Figures);
        Assert.Empty(shown.Unavailable);
    }

    [Fact]
    public void Figures_RightAfterALoss_AreAllUnavailable()
    {
        var shown = FigureAvailability.Of(s_figures, new(s_now, s_now), s_now);
        Assert.Equal(new UsageFigures(null, null, null, 10, null, null), shown.Figures);
        Assert.Equal(
            ["error_count_24h", "error_rate_15m", "last_used_at", "last_used_by_bot_id", "proof_of_use_count_24h"],
            shown.Unavailable.Select(u => u.Field).Order(StringComparer.Ordinal));
        Assert.All(shown.Unavailable, u => Assert.Equal((Codes.TelemetryLost, s_now), (u.Code, u.Since)));
    }

    [Fact]
    public void Figures_OnceTheLossIsBehindThem_ComeBackOneByOne()
    {
        var later = FigureAvailability.Of(s_figures, new(s_now, s_now.AddMinutes(-2)), s_now);
        Assert.Equal((null, null, "momentum"), (later.Figures!.Count24h, later.Figures.ErrorRate15m, later.Figures.LastUsedByBot));
        var evenLater = FigureAvailability.Of(s_figures, new(s_now, s_now.AddMinutes(-15)), s_now);
        Assert.Equal((null, 0.1, "momentum"), (evenLater.Figures!.Count24h, evenLater.Figures.ErrorRate15m, evenLater.Figures.LastUsedByBot));
    }

    [Fact]
    public void Figures_StoreUnreadable_AreNone()
    {
        var shown = FigureAvailability.Unreadable(s_now);
        Assert.Null(shown.Figures);
        Assert.Equal(5, shown.Unavailable.Count(u => u.Code == Codes.DataUnavailable));
    }
}
