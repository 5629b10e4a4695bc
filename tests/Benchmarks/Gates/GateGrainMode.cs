using System.Diagnostics;
using ControlPlane.Abstractions;
using ControlPlane.Benchmarks.Running;
using ControlPlane.Grains.Gates.Node;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Benchmarks.Gates;

/// <summary>A bot inside the cluster that is called and asks for its permit before it answers, against a grain that is called and answers.</summary>
internal sealed class GateGrainMode : IBenchmarkMode
{
    private const int WarmUp = 100_000;
    private const int Calls = 200_000;

    public string Name => "gate-grain";

    public string Measures => "a hosted client's call to a bot's grain that checks its permit against a call that checks nothing ([ReadOnly] both), one after the other, calls/s";

    public async Task<IReadOnlyList<ModeResult>> RunAsync(int rounds, CancellationToken cancellationToken)
    {
        using var host = Build();
        await host.StartAsync(cancellationToken);
        var grains = host.Services.GetRequiredService<IGrainFactory>();
        var (bot, ping) = (grains.GetGrain<IAskingBot>(OpenGates.Bot), grains.GetGrain<IPing>(OpenGates.Bot));
        await CallAsync(bot.Act, new double[WarmUp]);
        await CallAsync(ping.Ping, new double[WarmUp]);
        var (ours, raw, permit) = (new List<double>(), new List<double>(), new List<double>());
        var taken = await Interleaved.RunAsync(
            rounds,
            async _ =>
            {
                var (rate, p99) = await CallAsync(bot.Act, new double[Calls]);
                ours.Add(p99);
                permit.Add(await bot.PermitP99Ns());
                return rate;
            },
            async _ =>
            {
                var (rate, p99) = await CallAsync(ping.Ping, new double[Calls]);
                raw.Add(p99);
                return rate;
            },
            cancellationToken);
        await host.StopAsync(cancellationToken);
        return
        [
            new ModeResult(Name, "calls/s", ">= 0.8; permit p99 <= 5 us", taken, new Dictionary<string, double>
            {
                ["permit_p99_us"] = Statistics.Median(permit) / 1000,
                ["call_p99_us"] = Statistics.Median(ours),
                ["ping_p99_us"] = Statistics.Median(raw),
            }),
        ];
    }

    private static async Task<(double Rate, double P99Us)> CallAsync(Func<ValueTask<bool>> call, double[] samples)
    {
        var from = Stopwatch.GetTimestamp();
        for (var i = 0; i < samples.Length; i++)
        {
            var sent = Stopwatch.GetTimestamp();
            if (!await call()) throw new InvalidOperationException("It was refused: the figure would be that of a refusal.");
            samples[i] = Stopwatch.GetElapsedTime(sent).TotalMicroseconds;
        }

        return (samples.Length / Stopwatch.GetElapsedTime(from).TotalSeconds, Statistics.Percentile(samples, 0.99));
    }

    private static IHost Build()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.SetMinimumLevel(LogLevel.None);
        builder.Services.AddSingleton<IGate>(OpenGates.Live(TimeProvider.System));
        builder.UseOrleans(silo => silo.UseLocalhostClustering(Ports.Free(), Ports.Free()));
        return builder.Build();
    }
}
