using ControlPlane.Abstractions;
using ControlPlane.Grains.Storage.Trust;
using ControlPlane.Grains.Tests.Cluster;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Grains.Tests.Storage;

public sealed class StoreTrustTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 29, 9, 0, 0, TimeSpan.Zero);
    private readonly InMemoryWitnessFile _file = new();

    [Fact]
    public void EpochPolicy_AfterTheLastOneWasForgotten_GivesOutALargerOne()
    {
        var first = EpochPolicy.Next(3, s_now);
        Assert.True(EpochPolicy.Next(0, s_now.AddSeconds(1)) > first);
        Assert.Equal(first + 1, EpochPolicy.Next(first, s_now.AddHours(-1)));
        Assert.Equal(EpochPolicy.Largest, EpochPolicy.Next(EpochPolicy.Largest - 1, s_now));
        Assert.InRange(first, 1, EpochPolicy.Largest);
    }

    [Theory]
    [InlineData(100, 7, false)]
    [InlineData(101, 7, true)]
    [InlineData(101, 9, false)]
    public void Hear_ANodeThatKnowsALaterMarkOfAnotherEpoch_Suspects(long mark, long epoch, bool suspected)
    {
        var trust = new StoreTrust(found: 100, confirmed: 0);
        Assert.Equal(suspected, trust.Hear("n", new(mark, epoch, null), ownEpoch: 9, s_now));
        Assert.Equal(suspected ? Codes.StoreReplaced : null, trust.Standing?.Code);
    }

    [Fact]
    public void Hear_AfterAConfirmation_WhatWasKnownBeforeCountsNoMore()
    {
        var trust = new StoreTrust(found: 100, confirmed: 0);
        trust.Hear("n", new(500, 7, null), 9, s_now);
        trust.Confirm(600);
        Assert.False(trust.Hear("n", new(500, 7, null), 9, s_now));
        Assert.Null(trust.Standing);
        Assert.True(new StoreTrust(found: 100, confirmed: 400).Hear("n", new(500, 7, null), 9, s_now));
    }

    [Fact]
    public void Witness_OutlivesItsProcessAndKnowsAStoreThatKnowsLess()
    {
        var witness = Witness();
        witness.Heard(Decision(epoch: 5, mark: 500, found: 400));
        SpinWait.SpinUntil(() => _file.Kept is { Mark: 500 }, TimeSpan.FromSeconds(30));
        var later = Witness();
        Assert.Equal((500L, 5L), (later.Knowledge.Mark, later.Knowledge.Epoch));
        Assert.True(later.Contradicts(Decision(epoch: 6, mark: 700, found: 499)));
        Assert.False(later.Contradicts(Decision(epoch: 6, mark: 700, found: 500)));
        Assert.False(later.Contradicts(Decision(epoch: 6, mark: 700, found: 499) with { Status = SystemStatus.Blocked }));
    }

    [Fact]
    public void Witness_HearsOfAConfirmation_GivesUpItsEvidence()
    {
        var witness = Witness();
        witness.Raise("evidence");
        witness.Heard(Decision(epoch: 6, mark: 700, found: 600));
        Assert.Equal("evidence", witness.Knowledge.Evidence);
        var confirmed = 0;
        witness.Confirmed += () => confirmed++;
        witness.Heard(Decision(epoch: 6, mark: 900, found: 900, confirmed: 900, audit: 12));
        Assert.Equal((null, 12L, 1), (witness.Knowledge.Evidence, witness.ConfirmedAudit, confirmed));
    }

    [Fact]
    public void Witness_ThatCantBeRead_IsEvidence()
    {
        _file.Unreadable = true;
        Assert.NotNull(Witness().Knowledge.Evidence);
    }

    private StoreWitness Witness()
    {
        var witness = new StoreWitness(_file, NullLogger<StoreWitness>.Instance);
        witness.Load();
        return witness;
    }

    private static GateSnapshot Decision(long epoch, long mark, long found, long confirmed = 0, long audit = 0) => new()
    {
        Epoch = epoch, Version = 1, Status = SystemStatus.Ok, TradingState = TradingState.Active, Store = new(mark, found, confirmed, audit, 0),
    };
}
