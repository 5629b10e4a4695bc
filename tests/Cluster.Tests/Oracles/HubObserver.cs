using System.Diagnostics;
using System.Text.Json.Nodes;
using ControlPlane.Cluster.Tests.Faults;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR.Client;

namespace ControlPlane.Cluster.Tests.Oracles;

/// <summary>A client of a node's hub: what its page would show as open or closed is one sighting a message.</summary>
internal sealed class HubObserver(NodeProcess node, Stopwatch clock, Action<Sighting> take)
{
    private static readonly TimeSpan s_again = TimeSpan.FromMilliseconds(250);
    private bool _open;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(cancellationToken);
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException or InvalidOperationException
                or System.Net.WebSockets.WebSocketException or Microsoft.AspNetCore.SignalR.HubException or TimeoutException)
            {
                // The node is gone, or is not back yet.
            }

            await Task.Delay(s_again, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        await using var hub = new HubConnectionBuilder()
            .WithUrl(new Uri(node.Address!, "/hubs/status"), HttpTransportType.WebSockets, options =>
            {
                options.SkipNegotiation = true;
                options.Headers["Authorization"] = $"Bearer {ClusterFixture.OperatorToken}";
            })
            .Build();
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        hub.Closed += _ =>
        {
            closed.TrySetResult();
            return Task.CompletedTask;
        };
        hub.On<JsonObject>("system", message => TakeSystem(message["system"]!));
        hub.On<JsonObject>("beat", message => Take(message, _open && message["valid_for_ms"]!.GetValue<long>() > 0));
        await hub.StartAsync(cancellationToken);
        var snapshot = await hub.InvokeAsync<JsonObject>("Subscribe", cancellationToken);
        TakeSystem(snapshot["system"]!);
        await closed.Task.WaitAsync(cancellationToken);
    }

    private void TakeSystem(JsonNode system)
    {
        _open = system["system_status"]!.GetValue<string>() is "OK" or "DEGRADED";
        Take(system, _open && system["valid_for_ms"]!.GetValue<long>() > 0);
    }

    private void Take(JsonNode message, bool open)
    {
        var at = clock.Elapsed;
        take(new Sighting($"{node.Name} hub", null, message["epoch"]!.GetValue<long>(), message["version"]!.GetValue<long>(), open, at, at) { Pushed = true });
    }
}
