using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots;
using ControlPlane.Grains.Bots.Policy;
using ControlPlane.Grains.Bots.Tiers;

namespace ControlPlane.Grains.Tests.Bots;

public sealed class BotTierTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 22, 20, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Fall_HoldsBeforeItIsWritten_AndARiseOnlyOnceItIs()
    {
        var store = new BotRecords();
        var tier = new BotTier(store.Record);
        store.Record.State.Tier = AutonomyTier.Supervised;
        tier.Fall(AutonomyTier.Paper);
        Assert.Equal(AutonomyTier.Paper, tier.Tier);
        store.Record.State.Tier = AutonomyTier.Paper;
        tier.Settle();
        store.Record.State.Tier = AutonomyTier.Supervised;
        Assert.Equal(AutonomyTier.Supervised, tier.Tier);
    }

    [Fact]
    public void Score_OfEvidenceThatCouldNotBeRead_IsNotShown()
    {
        var store = new BotRecords();
        store.Record.State.Autonomy = AutonomyStatus.New with { Score = 70 };
        var tier = new BotTier(store.Record);
        Assert.Equal(70, tier.Score);
        tier.EvidenceUnread = true;
        Assert.Null(tier.Score);
    }

    [Theory]
    [InlineData(50.4, 120, false)]
    [InlineData(50.5, 120, true)]
    [InlineData(60.0, 59, false)]
    [InlineData(null, 1, true)]
    public void Score_ThatChanged_MakesHistoryOnceAMinute_OneThatIsGoneAtOnce(double? score, int seconds, bool notable) =>
        Assert.Equal(notable, ScoreHistoryPolicy.IsNotable(AutonomyStatus.New with { RecordedScore = 50, RecordedAt = s_now }, score, s_now.AddSeconds(seconds)));
}
