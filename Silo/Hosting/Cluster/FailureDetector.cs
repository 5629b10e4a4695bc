using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;
using Orleans.Runtime;

namespace ControlPlane.Silo.Hosting.Cluster;

/// <summary>Detects a silo whose process has ended, sooner than Orleans' probes. An idle connection breaks with its process, and the host then
/// refuses new ones. The port of a busy, frozen or unreachable silo accepts or stays silent. Such a silo is left to the probes.</summary>
internal sealed partial class FailureDetector(IClusterMembershipService membership, ILocalSiloDetails self, TimeProvider time, ILogger<FailureDetector> logger)
    : BackgroundService
{
    /// <summary>How long a connection is kept before the next one.</summary>
    private static readonly TimeSpan s_hold = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan s_connect = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Between two refusals. Only another process, which is another silo, can bind the port again.</summary>
    private static readonly TimeSpan s_doubt = TimeSpan.FromMilliseconds(30);

    /// <summary>Refused connections in a row before a silo is marked dead.</summary>
    private const int Refusals = 2;

    private enum Look
    {
        /// <summary>The connection lasted for the whole interval.</summary>
        Held,

        /// <summary>The other side ended it.</summary>
        Broken,
        Refused,
        Unknown,
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        var watches = new Dictionary<SiloAddress, (CancellationTokenSource End, Task Watching)>();
        try
        {
            await foreach (var snapshot in membership.MembershipUpdates.WithCancellation(stoppingToken))
            {
                var peers = snapshot.Members.Values.Where(m => m.Status == SiloStatus.Active && !m.SiloAddress.Equals(self.SiloAddress))
                    .Select(m => m.SiloAddress).ToHashSet();
                foreach (var gone in watches.Keys.Where(peer => !peers.Contains(peer)).ToArray())
                {
                    watches.Remove(gone, out var watch);
                    _ = EndAsync(watch);
                }

                foreach (var peer in peers.Where(peer => !watches.ContainsKey(peer)))
                {
                    var watch = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
                    watches[peer] = (watch, WatchAsync(peer, watch.Token));
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops.
        }
        finally
        {
            foreach (var watch in watches.Values) await EndAsync(watch);
        }
    }

    /// <summary>Ends a watch, and disposes it once it has ended.</summary>
    private static async Task EndAsync((CancellationTokenSource End, Task Watching) watch)
    {
        await watch.End.CancelAsync();
        await watch.Watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        watch.End.Dispose();
    }

    private async Task WatchAsync(SiloAddress peer, CancellationToken cancellationToken)
    {
        var refusals = 0;
        var look = Look.Held;
        while (!cancellationToken.IsCancellationRequested)
        {
            var last = look;
            look = await LookAsync(peer.Endpoint, cancellationToken);
            refusals = look == Look.Refused ? refusals + 1 : 0;
            if (refusals == Refusals)
            {
                refusals = 0;
                await DeclareDeadAsync(peer);
            }

            // The first connect after a break is decisive, so it is made at once. Repeated breaks are retried after a pause.
            if (look == Look.Held || (look == Look.Broken && last == Look.Held)) continue;
            await Task.Delay(look == Look.Refused ? s_doubt : s_pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Connects, and waits for the connection to break.</summary>
    private static async Task<Look> LookAsync(IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_connect);
        var connected = false;
        try
        {
            await socket.ConnectAsync(endpoint, limit.Token);
            connected = true;
            limit.CancelAfter(s_hold);
            _ = await socket.ReceiveAsync(new byte[1], limit.Token);
            return Look.Broken;
        }
        catch (SocketException e)
        {
            if (connected) return Look.Broken;
            return e.SocketErrorCode == SocketError.ConnectionRefused ? Look.Refused : Look.Unknown;
        }
        catch (OperationCanceledException)
        {
            return connected ? Look.Held : Look.Unknown;
        }
    }

    private async Task DeclareDeadAsync(SiloAddress peer)
    {
        try
        {
            LogGone(logger, peer.Endpoint.ToString());
            await membership.TryKill(peer).WaitAsync(TimeSpan.FromSeconds(5), time);
        }
        catch (Exception e)
        {
            // Orleans' probes continue, and this watch starts again.
            LogNotDeclared(logger, peer.Endpoint.ToString(), e);
        }
    }

    [LoggerMessage(EventIds.SiloRefusedConnections, LogLevel.Warning, "Silo {Silo} refused two connections. Marking it dead.")]
    private static partial void LogGone(ILogger logger, string silo);

    [LoggerMessage(EventIds.SiloNotDeclaredDead, LogLevel.Warning, "Silo {Silo} could not be marked dead. Trying again.")]
    private static partial void LogNotDeclared(ILogger logger, string silo, Exception exception);
}

internal static class FailureDetectorExtensions
{
    public static ISiloBuilder AddFailureDetector(this ISiloBuilder silo)
    {
        silo.Services.AddHostedService<FailureDetector>();
        return silo;
    }
}
