using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;
using Orleans.Runtime;

namespace ControlPlane.Silo.Hosting.Cluster;

/// <summary>Notices a silo whose process is gone, sooner than probes can: its host answers, and nobody listens on its port any more.
/// A silo that is busy, frozen or cut off never looks like that: its port accepts or stays silent, and is left to the probes.</summary>
internal sealed partial class SiloVitals(IClusterMembershipService membership, ILocalSiloDetails self, TimeProvider time, ILogger<SiloVitals> logger)
    : BackgroundService
{
    private static readonly TimeSpan s_every = TimeSpan.FromMilliseconds(100);

    /// <summary>Refusals in a row before a silo is declared dead.</summary>
    private const int Refusals = 2;

    private readonly Dictionary<SiloAddress, int> _refusals = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            var peers = membership.CurrentSnapshot.Members.Values.Where(m => m.Status == SiloStatus.Active && !m.SiloAddress.Equals(self.SiloAddress))
                .Select(m => m.SiloAddress).ToArray();
            foreach (var gone in _refusals.Keys.Except(peers).ToArray()) _refusals.Remove(gone);
            var looks = await Task.WhenAll(peers.Select(async peer => (Peer: peer, Refused: await IsRefusedAsync(peer.Endpoint, stoppingToken))));
            foreach (var (peer, refused) in looks)
            {
                _refusals[peer] = refused ? _refusals.GetValueOrDefault(peer) + 1 : 0;
                if (_refusals[peer] == Refusals) await DeclareDeadAsync(peer);
            }

            await Task.Delay(s_every, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>True only when the peer's host says that nobody listens.</summary>
    internal static async Task<bool> IsRefusedAsync(IPEndPoint endpoint, CancellationToken cancellationToken)
    {
        using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_every * 5);
        try
        {
            await socket.ConnectAsync(endpoint, limit.Token);
            return false;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.ConnectionRefused;
        }
        catch (OperationCanceledException)
        {
            return false;
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
            // The probes go on, and so does this: from the start.
            _refusals[peer] = 0;
            LogNotDeclared(logger, peer.Endpoint.ToString(), e.GetType().Name);
        }
    }

    [LoggerMessage(2301, LogLevel.Warning, "Nobody listens any more where silo {Silo} was; it is declared dead.")]
    private static partial void LogGone(ILogger logger, string silo);

    [LoggerMessage(2302, LogLevel.Warning, "Silo {Silo} could not be declared dead ({ExceptionType}); it is tried again.")]
    private static partial void LogNotDeclared(ILogger logger, string silo, string exceptionType);
}

internal static class SiloVitalsExtensions
{
    public static ISiloBuilder AddSiloVitals(this ISiloBuilder silo)
    {
        silo.Services.AddHostedService<SiloVitals>();
        return silo;
    }
}
