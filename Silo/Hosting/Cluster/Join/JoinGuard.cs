using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Silo.Hosting.Cluster.Join;

/// <summary>Runs the handshake of every incoming connection, and reports those that did not prove the join key.</summary>
internal sealed partial class JoinGuard(TimeProvider time, ILogger<JoinGuard> logger) : IDisposable
{
    private const string Proven = "control-plane/join-proven";

    /// <summary>At most one log line in this time; the metric counts every connection.</summary>
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(10);

    private readonly Meter _meter = new("ControlPlane.Cluster");
    private readonly Lock _telling = new();
    private Counter<long>? _refusedCounter;
    private long _refused;
    private long _published;
    private long? _publishedAt;

    /// <summary>Connections refused since the start.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    private Counter<long> Counter => _refusedCounter ??= _meter.CreateCounter<long>(
        "controlplane.cluster.refused_connections", "{connection}", "Connections to a port of the cluster that did not prove the cluster key.");

    /// <summary>Before the handshake.</summary>
    public ConnectionDelegate Before(ConnectionDelegate next) => async connection =>
    {
        // A peer that looks whether somebody listens sends nothing.
        var first = await connection.Transport.Input.ReadAsync(connection.ConnectionClosed);
        if (first.Buffer.IsEmpty && first.IsCompleted) return;
        connection.Transport.Input.AdvanceTo(first.Buffer.Start);
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

    private void Count(EndPoint? from)
    {
        var refused = Interlocked.Increment(ref _refused);
        Counter.Add(1);
        lock (_telling)
        {
            if (_publishedAt is { } at && time.GetElapsedTime(at) < s_between) return;
            _publishedAt = time.GetTimestamp();
            LogRefused(logger, from?.ToString() ?? "an unknown address", refused - _published);
            _published = refused;
        }
    }

    [LoggerMessage(EventIds.JoinRefused, LogLevel.Warning, "Refused a connection from {Remote} that did not prove the cluster key; {Count} since the last such line. Nothing was read from it.")]
    private static partial void LogRefused(ILogger logger, string remote, long count);
}
