using ControlPlane.Grains.Gates;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Grains.Tests.Storage;

public sealed class StoreHealthTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new();
    private readonly StoreHealth _proof;

    public StoreHealthTests() => _proof = new(Options.Create(new GateOptions()), _clock);

    public void Dispose() => _proof.Dispose();

    [Fact]
    public void Proof_NeverGiven_DoesNotHold() => Assert.False(_proof.Holds);

    [Fact]
    public void Proof_Given_HoldsForTheLeaseFromItsBeginning()
    {
        var startedAt = _clock.GetTimestamp();
        _clock.Advance(TimeSpan.FromSeconds(1));
        _proof.Proven(startedAt);
        _clock.Advance(TimeSpan.FromSeconds(1.9));
        Assert.True(_proof.Holds);
        _clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.False(_proof.Holds);
    }

    [Fact]
    public void Proof_OlderThanTheLeaseOrTheLast_ChangesNothing()
    {
        var old = _clock.GetTimestamp();
        _clock.Advance(TimeSpan.FromSeconds(3));
        _proof.Proven(old);
        Assert.False(_proof.Holds);

        var older = _clock.GetTimestamp();
        _clock.Advance(TimeSpan.FromSeconds(2));
        _proof.Proven(_clock.GetTimestamp());
        _proof.Proven(older);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.True(_proof.Holds);
    }

    [Fact]
    public void Turned_CompletesWithEachReturnAndLoss_AndNotWithARenewal()
    {
        var turned = _proof.Turned;
        _proof.Proven(_clock.GetTimestamp());
        Assert.True(turned.IsCompleted);

        turned = _proof.Turned;
        for (var i = 0; i < 5; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(2));
            _proof.Proven(_clock.GetTimestamp());
        }

        Assert.False(turned.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(3));
        Assert.True(turned.IsCompleted);
    }
}
