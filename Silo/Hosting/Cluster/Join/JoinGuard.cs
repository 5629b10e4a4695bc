using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Silo.Hosting.Cluster.Join;

/// <summary>Stands in front of the handshake of every connection that comes in, and tells of those that did not prove the join key.</summary>
internal sealed partial class JoinGuard : IDisposable
{
    private const string Proven = "control-plane/join-proven";

    /// <summary>At most one log line in this time; the metric counts every connection.</summary>
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(10);

    /// <summary>A connection that has sent nothing for this long is closed.</summary>
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _time;
    private readonly ILogger<JoinGuard> _logger;
    private readonly Meter _meter = new("ControlPlane.Cluster");
    private readonly Counter<long> _connections;
    private readonly Lock _publishing = new();
    private long _refused;
    private long _published;
    private long? _publishedAt;

    public JoinGuard(TimeProvider time, ILogger<JoinGuard> logger)
    {
        (_time, _logger) = (time, logger);
        _connections = _meter.CreateCounter<long>(
            "controlplane.cluster.refused_connections", "{connection}", "Connections to a port of the cluster that did not prove the cluster key.");
    }

    /// <summary>Before the handshake.</summary>
    public ConnectionDelegate Before(ConnectionDelegate next) => async connection =>
    {
        if (!await SendsAsync(connection)) return;
        try
        {
            await next(connection);
        }
        finally
        {
            if (!connection.Items.ContainsKey(Proven)) Count(connection.RemoteEndPoint);
        }
    };

    /// <summary>Behind the handshake: only who has passed it comes here.</summary>
    public static ConnectionDelegate Behind(ConnectionDelegate next) => connection =>
    {
        connection.Items[Proven] = true;
        return next(connection);
    };

    public void Dispose() => _meter.Dispose();

    /// <summary>False for a peer that only looks whether somebody listens: it sends nothing.</summary>
    private async Task<bool> SendsAsync(ConnectionContext connection)
    {
        using var silence = new CancellationTokenSource(s_silence, _time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, connection.ConnectionClosed);
        try
        {
            var first = await connection.Transport.Input.ReadAsync(end.Token);
            var sends = !first.Buffer.IsEmpty;
            connection.Transport.Input.AdvanceTo(first.Buffer.Start);
            return sends;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Count(EndPoint? from)
    {
        var refused = Interlocked.Increment(ref _refused);
        _connections.Add(1);
        lock (_publishing)
        {
            if (_publishedAt is { } at && _time.GetElapsedTime(at) < s_between) return;
            _publishedAt = _time.GetTimestamp();
            LogRefused(_logger, from?.ToString() ?? "an unknown address", refused - _published);
            _published = refused;
        }
    }

    [LoggerMessage(EventIds.JoinRefused, LogLevel.Warning, "Refused a connection from {Remote} that did not prove the cluster key; {Count} since the last such line. Nothing was read from it.")]
    private static partial void LogRefused(ILogger logger, string remote, long count);
}
