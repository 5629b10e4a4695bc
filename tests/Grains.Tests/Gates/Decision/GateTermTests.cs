using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates;
using ControlPlane.Grains.Gates.Decision;
using ControlPlane.Grains.Gates.Decision.Office;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Grains.Tests.Gates.Decision;

public sealed class GateTermTests
{
    private static readonly TimeSpan s_lease = TimeSpan.FromSeconds(3);
    private static readonly GatePosition s_position = new(1, 5, 0);
    private readonly FakeTimeProvider _time = new();
    private readonly NodeLedger _nodes;
    private readonly GateTerm _term;

    public GateTermTests()
    {
        _nodes = new(_time);
        _term = new(s_lease, _nodes, new TwoSilos(), _time);
        _term.Renewed(_time.GetTimestamp());
    }

    [Fact]
    public void StoreLost_OnceTheLeaseHasRunOut_StandsSinceThenUntilARenewal()
    {
        _time.Advance(s_lease - TimeSpan.FromMilliseconds(1));
        Assert.Null(_term.StoreLost());
        _time.Advance(TimeSpan.FromMilliseconds(1));
        var since = _time.GetUtcNow();
        Assert.Equal((Codes.DataUnavailable, since), (_term.StoreLost()!.Code, _term.StoreLost()!.Since));
        _time.Advance(s_lease);
        Assert.Equal(since, _term.StoreLost()!.Since);
        _term.Renewed(_time.GetTimestamp());
        Assert.Null(_term.StoreLost());
    }

    [Fact]
    public void Renewed_CountsFromBeforeTheWrite()
    {
        var startedAt = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromSeconds(2));
        _term.Renewed(startedAt);
        Assert.Equal(1, _term.Left.TotalSeconds, 3);
    }

    [Fact]
    public void End_LeavesNothingOfTheLease()
    {
        _term.End();
        Assert.True(_term.Left < TimeSpan.Zero);
        Assert.NotNull(_term.StoreLost());
    }

    [Fact]
    public void MustBeInOffice_WithoutTheLease_TakesEverySilo()
    {
        _term.End();
        Follow("a");
        Assert.Throws<TimeoutException>(() => _term.MustBeInOffice(s_position));
        Follow("b");
        _term.MustBeInOffice(s_position);
    }

    [Fact]
    public void MustBeInOffice_WithTheLease_TakesNobody() => _term.MustBeInOffice(s_position);

    [Fact]
    public void MustBeInOffice_OnceShutOut_Throws()
    {
        Follow("a");
        Follow("b");
        _term.ShutOut();
        Assert.Throws<TimeoutException>(() => _term.MustBeInOffice(s_position));
    }

    private void Follow(string silo)
    {
        _nodes.Heard(silo, s_position, silo: true);
        _nodes.Answered(silo, s_lease);
    }

    private sealed class TwoSilos : IHostCount
    {
        public int Total => 2;
    }
}
