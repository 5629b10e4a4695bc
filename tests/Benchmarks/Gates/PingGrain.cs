using Orleans.Concurrency;

namespace ControlPlane.Benchmarks.Gates;

/// <summary>The peer: nothing but the call.</summary>
[Alias("bench.IPing")]
internal interface IPing : IGrainWithStringKey
{
    [ReadOnly, Alias("Ping")]
    ValueTask<bool> Ping();
}

internal sealed class PingGrain : Grain, IPing
{
    public ValueTask<bool> Ping() => new(true);
}
