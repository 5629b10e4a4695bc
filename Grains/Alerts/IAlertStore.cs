using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Alerts;

/// <summary>The tables <c>alerts</c>, <c>alert_notices</c> and <c>alert_channels</c>: decided alerts, and notices that are still to be sent.
/// Methods throw when the store cannot be read or written.</summary>
public interface IAlertStore
{
    /// <summary>Writes all of it together, each row in place of the one before. When the task completes it is on disk.</summary>
    Task SaveAsync(AlertBatch batch, CancellationToken cancellationToken);

    /// <summary>Open alerts, alerts with notices to come and all of their notices, and how channels stand.</summary>
    Task<AlertBatch> LoadAsync(CancellationToken cancellationToken);

    /// <summary>Alerts by their opening, newest first, with their notices.</summary>
    Task<Page<AlertView>> PageAsync(AlertFilter filter, int limit, string? before, CancellationToken cancellationToken);

    /// <summary>Removes alerts that were resolved before, and their notices; returns how many alerts went.</summary>
    Task<long> PurgeAsync(DateTimeOffset resolvedBefore, CancellationToken cancellationToken);
}

/// <summary>Rows that belong together.</summary>
public sealed record AlertBatch(ImmutableArray<AlertRecord> Alerts, ImmutableArray<AlertNotice> Notices, ImmutableArray<AlertChannelStatus> Channels);
