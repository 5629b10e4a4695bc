using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Tests.Cluster;

/// <summary>The host's clocks, over a test's time: the host sleeps, and its wall clock is set, when the test says so.</summary>
internal sealed class TestHostClock : IHostClock
{
    public TimeProvider Time { get; set; } = TimeProvider.System;
    public TimeSpan Slept { get; set; }
    public TimeSpan WallAhead { get; set; }

    /// <summary>False as on a system that has no clock which counts suspend.</summary>
    public bool TellsSuspend { get; set; } = true;

    public HostMoment Read()
    {
        var awake = TimeSpan.FromSeconds(Time.GetTimestamp() / (double)Time.TimestampFrequency);
        return new(awake, awake + Slept + WallAhead, TellsSuspend ? Slept : null);
    }
}
