using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Policy;

namespace ControlPlane.Grains.Tests.Integrations.Policy;

public sealed class CallRunTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly CallRun _run = new();

    [Fact]
    public void Failures_RaiseDoubtFromThreeInARow_OnceARun()
    {
        Take(2, 2);
        Assert.False(_run.InDoubt);
        Take(1, 1);
        Assert.True(_run.InDoubt);
        _run.Asked();
        Take(5, 5);
        Assert.False(_run.InDoubt);

        Take(1, 0);
        Take(3, 3);
        Assert.True(_run.InDoubt);
    }

    [Fact]
    public void CommitOfBothKinds_BreaksEitherRun()
    {
        Take(19, 0);
        Take(2, 1);
        Assert.Equal(0, _run.Failed);
        Take(2, 2);
        Take(2, 1);
        Take(1, 1);
        Assert.False(_run.InDoubt);
    }

    [Fact]
    public void OldCallsToldLate_SayNothingAboutNow()
    {
        Take(20, 0, -61);
        Take(5, 5, -61);
        Assert.Equal(0, _run.Failed);
    }

    private void Take(int calls, int errors, int secondsFromNow = 0) =>
        _run.Take(new("polygon", 1, [], s_now, "momentum") { Bots = [new("momentum", s_now.ToUnixTimeSeconds() + secondsFromNow, calls, errors)] }, s_now);
}
