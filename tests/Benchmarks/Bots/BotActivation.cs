using System.Diagnostics;
using ControlPlane.Abstractions;
using ControlPlane.Benchmarks.Gates;
using ControlPlane.Benchmarks.Running;
using ControlPlane.Grains;
using ControlPlane.Grains.Bots;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Secrets;
using ControlPlane.Grains.Secrets.Keys;
using ControlPlane.Silo.Hosting;
using ControlPlane.Silo.Hosting.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace ControlPlane.Benchmarks.Bots;

/// <summary>What came of one process.</summary>
/// <param name="BytesEach">By how much the resident memory grew for each, after a collection.</param>
internal sealed record Activations(double PerSecond, double BytesEach);

/// <summary>The process of one side: a whole silo over the embedded store.</summary>
internal static class BotActivation
{
    public const string Worker = "bots";
    public const string Writing = "write";
    public const string StoredBots = "bots";
    public const string EmptyGrains = "empty";
    private const int Together = 256;

    public static async Task RunAsync(string[] args)
    {
        using var host = Build(args[0]);
        await host.StartAsync();
        var grains = host.Services.GetRequiredService<IGrainFactory>();
        var storage = host.Services.GetRequiredKeyedService<IGrainStorage>(StateNames.Provider);
        await WorkerProcess.AnswerAsync(async what => what switch
        {
            Writing => await TakeAsync(id => WriteAsync(storage, grains, id)),
            StoredBots => await TakeAsync(id => ActivateAsync(grains, id)),
            _ => await TakeAsync(async id => await grains.GetGrain<IPing>(id).Ping()),
        });
        await host.StopAsync();
    }

    private static async Task<Activations> TakeAsync(Func<string, Task> call)
    {
        var before = Resident();
        var next = -1;
        var from = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Together).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var index && index < BotsMode.Bots) await call($"bot-{index:D6}");
        })));
        var rate = BotsMode.Bots / Stopwatch.GetElapsedTime(from).TotalSeconds;
        return new(rate, (double)(Resident() - before) / BotsMode.Bots);
    }

    // The state of a bot that was registered and traded on paper, as the bot's grain writes it.
    private static Task WriteAsync(IGrainStorage storage, IGrainFactory grains, string id)
    {
        var state = new BotState
        {
            Spec = new BotSpec($"Bot {id}", null, ["polygon", "oanda"], TradingMode.Paper, RiskLimitNames.NoLimits),
            Tier = AutonomyTier.Paper,
            LeaseEpoch = 7,
            RunnerId = "runner-1",
            LastHeartbeatAt = DateTimeOffset.UtcNow,
        };
        return storage.WriteStateAsync("bot", grains.GetGrain<IBotGrain>(id).GetGrainId(), new GrainState<BotState>(state));
    }

    // The least that a bot can be asked: it loads its state, tells the directory, and finds no lease that ran out.
    private static async Task ActivateAsync(IGrainFactory grains, string id)
    {
        if (await grains.GetGrain<IBotGrain>(id).ExpireLease()) throw new InvalidOperationException("A bot held a lease that nobody had given it.");
    }

    private static long Resident()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    private static IHost Build(string folder)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.SetMinimumLevel(LogLevel.None);
        var settings = SiloSettings.Read(builder.Configuration);
        builder.Services.AddSingleton(new ControlPlaneKeys(new Secret("root-secret-of-the-tests-0123456789")));
        builder.AddControlPlaneSecrets(settings);
        builder.AddControlPlaneSilo(settings, folder);
        return builder.Build();
    }
}
