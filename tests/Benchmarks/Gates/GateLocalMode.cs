using System.Diagnostics;
using ControlPlane.Abstractions;
using ControlPlane.Benchmarks.Running;
using ControlPlane.Grains.Gates.Node;
using StackExchange.Redis;

namespace ControlPlane.Benchmarks.Gates;

/// <summary>A check of the node's gate against the least that could answer it: one clock read and one volatile read.</summary>
internal sealed class GateLocalMode : IBenchmarkMode
{
    private const int Checks = 20_000_000;
    private const int Gets = 5_000;

    private static object? s_cell = new();

    public string Name => "gate-local";

    public string Measures => "IGate.Check() against a clock read and a volatile read, ns; and against a Redis GET";

    public async Task<IReadOnlyList<ModeResult>> RunAsync(int rounds, CancellationToken cancellationToken)
    {
        IGate gate = OpenGates.Live(TimeProvider.System);
        var allocated = AllocatedBy(gate);
        var taken = await Interleaved.RunAsync(rounds, _ => Task.FromResult(Check(gate)), _ => Task.FromResult(Floor()), cancellationToken);
        var result = new ModeResult(Name, "ns", "<= 1.5, 0 B", taken);

        await using var redis = await RedisPeer.StartAsync(cancellationToken);
        await using var connection = await ConnectionMultiplexer.ConnectAsync(redis.Configuration);
        var get = await GetAsync(connection.GetDatabase());
        return
        [
            result with
            {
                Also = new Dictionary<string, double>
                {
                    ["allocated_bytes"] = allocated,
                    ["redis_get_p50_ns"] = get,
                    ["times_below_redis"] = get / result.Ours,
                },
            },
        ];
    }

    private static double Check(IGate gate)
    {
        var open = 0L;
        var from = Stopwatch.GetTimestamp();
        for (var i = 0; i < Checks; i++)
        {
            if (gate.Check().MayOpen) open++;
        }

        var spent = Stopwatch.GetElapsedTime(from);
        if (open != Checks) throw new InvalidOperationException("The gate was not open throughout: the figure would be that of a closed one.");
        return spent.TotalNanoseconds / Checks;
    }

    private static double Floor()
    {
        var seen = 0L;
        var from = Stopwatch.GetTimestamp();
        for (var i = 0; i < Checks; i++)
        {
            if (Volatile.Read(ref s_cell) is not null) seen += Stopwatch.GetTimestamp() & 1;
        }

        GC.KeepAlive(seen);
        return Stopwatch.GetElapsedTime(from).TotalNanoseconds / Checks;
    }

    private static long AllocatedBy(IGate gate)
    {
        gate.Check();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++) gate.Check();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static async Task<double> GetAsync(IDatabase database)
    {
        await database.StringSetAsync("gate", "ACTIVE");
        var samples = new List<double>(Gets);
        for (var i = -Gets / 5; i < Gets; i++)
        {
            var from = Stopwatch.GetTimestamp();
            await database.StringGetAsync("gate");
            if (i >= 0) samples.Add(Stopwatch.GetElapsedTime(from).TotalNanoseconds);
        }

        return Statistics.Median(samples);
    }
}
