using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using ControlPlane.Silo.Hosting.Cluster;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Runtime;

namespace ControlPlane.Silo.Tests.Hosting;

/// <summary>Only a port where nobody listens any more proves that a silo is gone. Sockets are real, so the tests wait on the real clock.</summary>
public sealed class FailureDetectorTests
{
    [Fact]
    public async Task SiloWhoseProcessIsGone_IsDeclaredDead()
    {
        using var peer = new Peer();
        await using var watched = await Watched.StartAsync(peer);
        peer.Die();
        for (var i = 0; i < 3_000 && watched.Killed.IsEmpty; i++) await Task.Delay(10, TestContext.Current.CancellationToken);
        Assert.Contains(peer.Address, watched.Killed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SiloThatAcceptsAndSaysNothing_OrBreaksEveryConnection_IsLeftToTheProbes(bool breaks)
    {
        using var peer = new Peer { Breaks = breaks };
        await using var watched = await Watched.StartAsync(peer);
        for (var i = 0; i < 3_000 && peer.Accepted == 0; i++) await Task.Delay(10, TestContext.Current.CancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(1.5), TestContext.Current.CancellationToken);
        Assert.Empty(watched.Killed);
        Assert.InRange(peer.Accepted, 1, 60);
    }

    /// <summary>A silo's port, without a silo.</summary>
    private sealed class Peer : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly ConcurrentBag<TcpClient> _connections = [];
        private int _accepted;

        public Peer()
        {
            _listener.Start();
            Address = SiloAddress.New((IPEndPoint)_listener.LocalEndpoint, 1);
            _ = AcceptAsync();
        }

        public bool Breaks { get; init; }

        public SiloAddress Address { get; }

        public int Accepted => Volatile.Read(ref _accepted);

        public void Die()
        {
            _listener.Stop();
            foreach (var connection in _connections) connection.Dispose();
        }

        public void Dispose() => Die();

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                {
                    var connection = await _listener.AcceptTcpClientAsync();
                    Interlocked.Increment(ref _accepted);
                    if (Breaks) connection.Dispose();
                    else _connections.Add(connection);
                }
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // It has died.
            }
        }
    }

    /// <summary>A membership of two: the one that looks and its peer.</summary>
    private sealed class Watched(Peer peer) : IClusterMembershipService, ILocalSiloDetails, IAsyncDisposable
    {
        private FailureDetector _vitals = null!;

        public ConcurrentQueue<SiloAddress> Killed { get; } = new();

        public ClusterMembershipSnapshot CurrentSnapshot { get; } = new(
            new[] { new ClusterMember(peer.Address, SiloStatus.Active, "peer") }.ToImmutableDictionary(m => m.SiloAddress), new MembershipVersion(1));

        public IAsyncEnumerable<ClusterMembershipSnapshot> MembershipUpdates => UpdatesAsync();

        public string Name => "self";

        public string ClusterId => "tests";

        public string DnsHostName => "localhost";

        public SiloAddress SiloAddress { get; } = SiloAddress.New(IPAddress.Loopback, 1, 1);

        public SiloAddress GatewayAddress => SiloAddress;

        public static async Task<Watched> StartAsync(Peer peer)
        {
            var watched = new Watched(peer);
            watched._vitals = new(watched, watched, TimeProvider.System, NullLogger<FailureDetector>.Instance);
            await watched._vitals.StartAsync(TestContext.Current.CancellationToken);
            for (var i = 0; i < 3_000 && peer.Accepted == 0; i++) await Task.Delay(10, TestContext.Current.CancellationToken);
            return watched;
        }

        public ValueTask Refresh(MembershipVersion minimumVersion = default, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

        public Task<bool> TryKill(SiloAddress siloAddress)
        {
            Killed.Enqueue(siloAddress);
            return Task.FromResult(true);
        }

        public async ValueTask DisposeAsync()
        {
            await _vitals.StopAsync(CancellationToken.None);
            _vitals.Dispose();
        }

        private async IAsyncEnumerable<ClusterMembershipSnapshot> UpdatesAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            yield return CurrentSnapshot;
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }
}
