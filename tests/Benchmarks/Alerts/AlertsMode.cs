using System.Globalization;
using ControlPlane.Benchmarks.Http;
using ControlPlane.Benchmarks.Running;

namespace ControlPlane.Benchmarks.Alerts;

/// <summary>A runner's question before every side effect, while alerts are being told to ten channels that hang, and while there are none.</summary>
internal sealed class AlertsMode : IBenchmarkMode
{
    private const int Channels = 10;
    private const int Connections = 8;
    private const int PerSecond = 1_000;
    private const int RoundMs = 4_000;

    public string Name => "gate-alerts";

    public string Measures => "authenticated GET /api/bots/{id}/permit at 1,000/s, p99 in ms: alerts under way to ten channels that hang, against no channel at all";

    public async Task<IReadOnlyList<ModeResult>> RunAsync(int rounds, CancellationToken cancellationToken)
    {
        using var receivers = new HangingReceivers();
        await using var alerting = await OpenSystem.StartAsync(1, cancellationToken, receivers.Settings(Channels));
        await using var quiet = await OpenSystem.StartAsync(1, cancellationToken);
        await using var load = WorkerProcess.Start(HttpLoad.Worker);
        var armed = false;

        async Task<double> Alerting(CancellationToken token)
        {
            // Something to tell in every round, on top of what is still being tried.
            armed = !armed;
            await alerting.LiveAsync(armed, token);
            return await AskAsync(alerting, load, token);
        }

        var taken = await Interleaved.RunAsync(rounds, Alerting, token => AskAsync(quiet, load, token), cancellationToken);
        if (receivers.Taken < Channels) throw new InvalidOperationException($"Only {receivers.Taken} deliveries came: the figure would be that of a system that tells nobody.");
        return [new ModeResult(Name, "ms", "<= 1.1", taken, new Dictionary<string, double> { ["deliveries_that_hung"] = receivers.Taken })];
    }

    private static async Task<double> AskAsync(OpenSystem system, WorkerProcess load, CancellationToken cancellationToken)
    {
        await system.RenewAsync(cancellationToken);
        var path = string.Create(CultureInfo.InvariantCulture, $"/api/bots/{OpenSystem.Bot}/permit?intent=open&epoch={system.Epoch}");
        if (!(await system.GetAsync(path, cancellationToken))["allowed"]!.GetValue<bool>()) throw new InvalidOperationException("The permit was refused: the figure would be that of a refusal.");
        var taken = await load.AskAsync<HttpLoad.Load>(string.Create(CultureInfo.InvariantCulture, $"{system.Program.Address.Port} {path} 200 {Connections} {RoundMs} {PerSecond}"), cancellationToken);
        return taken.P99Ms;
    }
}
