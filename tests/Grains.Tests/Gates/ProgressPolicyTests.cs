using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates;
using ControlPlane.Grains.Gates.Decision;
using ControlPlane.Grains.Gates.Policy;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Grains.Tests.Gates;

public sealed class ProgressPolicyTests
{
    [Theory]
    [InlineData(ComponentNames.Supervisor, true)]
    [InlineData(ComponentNames.TimeoutWorker, true)]
    [InlineData(ComponentNames.Supervisor, false)]
    [InlineData(ComponentNames.TimeoutWorker, false)]
    public void Refuse_SupervisorOrTimeoutWorkerFromOutside_IsRefused(string component, bool externalRiskEngine)
    {
        Assert.NotNull(ProgressPolicy.Refuse(Beat(1) with { Component = component }, known: null, isLive: false, externalRiskEngine));
        Assert.Null(ProgressPolicy.Refuse(Beat(1) with { Component = component, External = false }, known: null, isLive: false, externalRiskEngine));
    }

    [Fact]
    public void Refuse_RiskEngine_FollowsPolicy()
    {
        Assert.NotNull(ProgressPolicy.Refuse(Beat(1), known: null, isLive: false, externalRiskEngine: false));
        Assert.NotNull(ProgressPolicy.Refuse(Beat(1) with { External = false }, known: null, isLive: false, externalRiskEngine: true));
        Assert.NotNull(ProgressPolicy.Refuse(Beat(1) with { Component = "other" }, known: null, isLive: false, externalRiskEngine: true));
    }

    [Theory]
    [InlineData("engine-1", 10, false)]
    [InlineData("engine-1", 9, false)]
    [InlineData("engine-1", 11, true)]
    [InlineData("engine-1", 1_010, true)]
    [InlineData("engine-1", 1_011, false)]
    [InlineData("engine-1", long.MaxValue, false)]
    [InlineData("engine-2", 11, false)]
    public void Refuse_WhileTheLastReportCounts_TakesItsInstanceInSmallStepsAlone(string instance, long sequence, bool counts) =>
        Assert.Equal(counts, ProgressPolicy.Refuse(Beat(sequence) with { Instance = instance }, Beat(10), isLive: true, externalRiskEngine: true) is null);

    [Theory]
    [InlineData("engine-2", 1, true)]
    [InlineData("engine-1", 1, true)]
    [InlineData("engine-1", long.MaxValue, true)]
    [InlineData("engine-1", 10, false)]
    public void Refuse_AfterItsTime_AnyInstanceBeginsAnywhere_ButARepeatProvesNothing(string instance, long sequence, bool counts) =>
        Assert.Equal(counts, ProgressPolicy.Refuse(Beat(sequence) with { Instance = instance }, Beat(10), isLive: false, externalRiskEngine: true) is null);

    [Fact]
    public void Ledger_OtherInstance_TakesOverOnceTheTimeOfTheOldOneIsOver()
    {
        var clock = new FakeTimeProvider();
        var options = new GateOptions();
        var ledger = new EvidenceLedger(clock, options);
        Assert.Null(ledger.Record(Beat(5), externalRiskEngine: true));
        clock.Advance(options.Progress - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(ledger.Record(Beat(long.MaxValue) with { Instance = "impostor" }, externalRiskEngine: true));
        Assert.NotNull(ledger.Record(Beat(long.MaxValue), externalRiskEngine: true));
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(ledger.Components()[ComponentNames.RiskEngine].IsGood);
        Assert.Null(ledger.Record(Beat(1) with { Instance = "engine-2" }, externalRiskEngine: true));
        Assert.True(ledger.Components()[ComponentNames.RiskEngine].IsGood);
    }

    private static ComponentProgress Beat(long sequence) => new(ComponentNames.RiskEngine, "engine-1", sequence, true, "ok", External: true);
}
