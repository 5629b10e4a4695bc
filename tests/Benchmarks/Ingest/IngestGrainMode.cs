using System.Diagnostics;
using ControlPlane.Abstractions;
using ControlPlane.Benchmarks.Running;
using ControlPlane.Grains.Secrets;
using ControlPlane.Grains.Secrets.Keys;
using ControlPlane.Silo.Hosting;
using ControlPlane.Silo.Hosting.Settings;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Benchmarks.Ingest;

/// <summary>Durable <c>LogAsync</c> inside the cluster: what a bot in a silo pays for proof of use.</summary>
internal sealed class IngestGrainMode : IBenchmarkMode
{
    private const int Events = 100_000;
    private const int Together = 500;
    private const int Callers = 16;
    private const int WarmUps = 8;

    public string Name => "ingest-grain";

    public string Measures => $"IIntegrationUsage.LogAsync in a silo on PostgreSQL, {Callers} callers that wait for {Together} calls together, against binary COPY into the same tables, events/s";

    public async Task<IReadOnlyList<ModeResult>> RunAsync(int rounds, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("bench-ingest-");
        try
        {
            await using var database = await IngestDatabase.StartAsync();
            using var host = Build(folder.FullName, database.Settings());
            await host.StartAsync(cancellationToken);
            var usage = host.Services.GetRequiredService<IIntegrationUsage>();
            await using var peer = new CopyPeer(database, Events);
            var taken = await Interleaved.RunAsync(rounds, _ => LogAsync(usage), peer.CopyAsync, cancellationToken, WarmUps);
            await host.StopAsync(cancellationToken);
            return [new ModeResult(Name, "events/s", ">= 0.95", taken, peer.Also("copy", taken))];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<double> LogAsync(IIntegrationUsage usage)
    {
        var calls = SampleEvents.Make(Events).Select(Call).Chunk(Together).ToArray();
        var next = -1;
        var from = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var index && index < calls.Length)
            {
                var fates = await Task.WhenAll(calls[index].Select(usage.LogAsync));
                if (fates.Contains(false)) throw new InvalidOperationException("Events were lost.");
            }
        })));
        return Events / Stopwatch.GetElapsedTime(from).TotalSeconds;
    }

    private static UsageCall Call(UsageEvent e) => new()
    {
        EventId = e.EventId, OccurredAt = e.OccurredAt, UserId = e.UserId, BotId = e.BotId, Provider = e.Provider, Operation = e.Operation,
        Status = e.Status, HttpStatus = e.HttpStatus, LatencyMs = e.LatencyMs, TraceId = e.TraceId,
    };

    private static IHost Build(string folder, Dictionary<string, string> environment)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(environment.Select(setting => KeyValuePair.Create(setting.Key.Replace("__", ":", StringComparison.Ordinal), (string?)setting.Value)));
        builder.Logging.SetMinimumLevel(LogLevel.None);
        var settings = SiloSettings.Read(builder.Configuration);
        builder.Services.AddSingleton(new ControlPlaneKeys(new Secret("root-secret-of-the-tests-0123456789")));
        builder.AddControlPlaneSecrets(settings);
        builder.AddControlPlaneSilo(settings, folder);
        return builder.Build();
    }
}
