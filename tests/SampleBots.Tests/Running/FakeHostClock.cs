using ControlPlane.Abstractions;

namespace ControlPlane.SampleBots.Tests.Running;

/// <summary>A host that sleeps when the test says so.</summary>
internal sealed class FakeHostClock(TimeProvider time) : IHostClock
{
    public TimeSpan Slept { get; set; }

    public HostMoment Read()
    {
        var awake = TimeSpan.FromSeconds(time.GetTimestamp() / (double)time.TimestampFrequency);
        return new(awake, awake + Slept, Slept);
    }
}
