using System.Diagnostics;
using System.Globalization;
using ControlPlane.Abstractions;
using ControlPlane.Api.Hosting;
using ControlPlane.Api.Live;
using ControlPlane.Benchmarks.Gates;
using ControlPlane.Benchmarks.Ingest;
using ControlPlane.Benchmarks.Running;
using ControlPlane.Grains.Gates.Node;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Benchmarks.Hub;

/// <summary>The whole program, whose gate is turned over as fast as everybody has heard of it. The system's status is told without a coalescing
/// time, so that each turn is one message. Commands: <c>control</c>, <c>push COUNT</c>, <c>memory</c>, <c>reset</c>.</summary>
internal static class HubServer
{
    public const string Worker = "hub-server";

    /// <summary>Larger than any of the program's own gate, which is not heard from here on.</summary>
    private const long Epoch = 1L << 40;

    public static async Task RunAsync(string[] args)
    {
        Environment.SetEnvironmentVariable("CONTROLPLANE_OPERATOR_TOKEN", ControlPlaneUnderTest.Token);
        await using var app = await ControlPlaneHost.BuildAsync(
            ["--applicationName", "Api", "--urls", $"http://127.0.0.1:{args[0]}", $"--ControlPlane:DataDirectory={args[1]}"],
            world: null,
            services => services
                .AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance)
                .AddSingleton(provider => ActivatorUtilities.CreateInstance<LiveSystem>(provider, provider.GetRequiredService<LiveTimes>() with { Coalesce = TimeSpan.Zero })));
        await app.StartAsync();
        var gate = app.Services.GetRequiredService<NodeGate>();
        using var control = new ControlLine();
        var version = 0L;
        await WorkerProcess.AnswerAsync(async command =>
        {
            var parts = command.Split(' ');
            switch (parts[0])
            {
                case "push":
                    var count = int.Parse(parts[1], CultureInfo.InvariantCulture);
                    var from = Stopwatch.GetTimestamp();
                    for (var i = 0; i < count; i++)
                    {
                        Turn(gate, ++version);
                        await control.AllHeardAsync();
                    }

                    return Stopwatch.GetElapsedTime(from).TotalSeconds;
                case "memory":
                    return Environment.WorkingSet;
                case "reset":
                    control.Reset();
                    return true;
                default:
                    Turn(gate, ++version);
                    return control.Port;
            }
        });
    }

    private static void Turn(NodeGate gate, long version)
    {
        var snapshot = OpenGates.Snapshot(version) with { Epoch = Epoch };
        if (version % 2 == 0) snapshot = snapshot with { Status = Contracts.SystemStatus.Blocked, TradingState = TradingState.Halted };
        gate.Apply(new GateUpdate(new GatePosition(Epoch, version, 0), ValidForMs: 3_600_000, snapshot, BotsComplete: true, []), Stopwatch.GetTimestamp());
    }
}
