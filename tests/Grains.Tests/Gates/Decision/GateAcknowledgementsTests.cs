using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates;
using ControlPlane.Grains.Gates.Decision;
using ControlPlane.Grains.Gates.Decision.Office;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Grains.Tests.Gates.Decision;

public sealed class GateAcknowledgementsTests
{
    private static readonly TimeSpan s_lease = TimeSpan.FromSeconds(3);
    private static readonly GatePosition s_position = new(1, 5, 0);
    private readonly FakeTimeProvider _time = new();
    private readonly NodeLedger _nodes;
    private readonly GateTerm _term;
    private readonly GateAcknowledgements _acknowledgements;

    public GateAcknowledgementsTests()
    {
        _nodes = new(_time);
        _term = new(TimeSpan.FromMinutes(1), _nodes, new OneSilo(), _time);
        _term.Renewed(_time.GetTimestamp());
        _acknowledgements = new(_nodes, _term, _time);
        _nodes.Heard("a", new(1, 4, 0), silo: true);
        _nodes.Answered("a", s_lease);
    }

    [Fact]
    public async Task Wait_ANodeThatReliesOnSomethingOlder_UntilItHasTakenItOver()
    {
        var wait = _acknowledgements.WaitAsync(s_position);
        _acknowledgements.Pulse();
        Assert.False(wait.IsCompleted);
        _nodes.Heard("a", s_position, silo: true);
        _acknowledgements.Pulse();
        Assert.Equal(new Acknowledgements(1, 1), await wait);
    }

    [Fact]
    public async Task Wait_ASilentNode_UntilItsLeaseHasEnded()
    {
        var wait = _acknowledgements.WaitAsync(s_position);
        _time.Advance(s_lease);
        Assert.False(wait.IsCompleted);
        _time.Advance(s_lease);
        Assert.Equal(new Acknowledgements(0, 0), await wait);
    }

    [Fact]
    public async Task Wait_OutOfOffice_ThrowsAtOnce()
    {
        var wait = _acknowledgements.WaitAsync(s_position);
        _term.ShutOut();
        _acknowledgements.Pulse();
        await Assert.ThrowsAsync<TimeoutException>(() => wait);
    }

    private sealed class OneSilo : IHostCount
    {
        public int Total => 1;
    }
}
