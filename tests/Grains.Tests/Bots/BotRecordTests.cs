using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Tests.Bots;

public sealed class BotRecordTests
{
    private readonly BotRecords _store = new();

    [Fact]
    public async Task Write_OfWhatTheListShows_WritesTheIndexRowFirst_AndNothingWithoutIt()
    {
        Assert.True(await _store.Record.TryWriteAsync(s => s.Tier = AutonomyTier.Paper));
        Assert.Equal(["index", "state"], _store.Calls);

        (_store.IndexFails, _) = (true, _store.Calls.RemoveAll(_ => true));
        Assert.False(await _store.Record.TryWriteAsync(s => s.Tier = AutonomyTier.Supervised));
        Assert.Equal(["index"], _store.Calls);
        Assert.Equal(AutonomyTier.Paper, _store.Record.State.Tier);
    }

    [Fact]
    public async Task Write_OfUnknownOutcome_IsReadBackBeforeTheNextChange()
    {
        (_store.WritesFail, _store.LosesAnswers) = (true, true);
        Assert.False(await _store.Record.TryWriteAsync(s => s.LeaseEpoch = 5));
        Assert.Equal(0, _store.Record.State.LeaseEpoch);

        (_store.WritesFail, _) = (false, _store.Calls.RemoveAll(_ => true));
        Assert.True(await _store.Record.TryWriteAsync(s => s.LeaseEpoch++));
        Assert.Equal(["read", "state"], _store.Calls);
        Assert.Equal(6, _store.Record.State.LeaseEpoch);
    }
}
