using System.Diagnostics;
using ControlPlane.Abstractions;
using ControlPlane.Benchmarks.Running;
using Orleans.Concurrency;

namespace ControlPlane.Benchmarks.Gates;

/// <summary>A bot inside the cluster. The key is the bot's id.</summary>
[Alias("bench.IAskingBot")]
internal interface IAskingBot : IGrainWithStringKey
{
    /// <summary>Whether it may act now.</summary>
    [ReadOnly, Alias("Act")]
    ValueTask<bool> Act();

    /// <summary>What it waits for a permit, at the 99th percentile, in nanoseconds.</summary>
    [Alias("PermitP99Ns")]
    Task<double> PermitP99Ns();
}

/// <summary>It keeps the gate's object, as a bot should.</summary>
internal sealed class AskingBot : Grain, IAskingBot
{
    private const int Permits = 50_000;
    private readonly IBotGate _permit;

    public AskingBot(IGate gate) => _permit = gate.For(this.GetPrimaryKeyString(), OpenGates.LeaseEpoch);

    public ValueTask<bool> Act() => new(_permit.Check().MayOpen);

    public Task<double> PermitP99Ns()
    {
        var samples = new double[Permits];
        for (var i = 0; i < samples.Length; i++)
        {
            var from = Stopwatch.GetTimestamp();
            if (!_permit.Check().MayOpen) throw new InvalidOperationException("The permit was refused.");
            samples[i] = Stopwatch.GetElapsedTime(from).TotalNanoseconds;
        }

        return Task.FromResult(Statistics.Percentile(samples, 0.99));
    }
}
