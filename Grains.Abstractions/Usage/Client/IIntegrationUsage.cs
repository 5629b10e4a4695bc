namespace ControlPlane.Abstractions;

/// <summary>Records calls to providers as proof of use. It never blocks or fails the call that it measures.
/// An <c>HttpClient</c> with <see cref="IntegrationUsageExtensions.AddIntegrationUsage(Microsoft.Extensions.DependencyInjection.IHttpClientBuilder, string)"/>
/// does it by itself; this is for everything else.</summary>
public interface IIntegrationUsage
{
    /// <summary>Takes the call over and returns at once. It is sent in the background, together with others, until it is committed.</summary>
    /// <returns>Ends when the event's fate is known; it never fails, and nobody needs to wait for it. True: the event is on disk.
    /// False: it was dropped because the buffer was full or the time was over, or the control plane refused an event of its batch. Drops are counted,
    /// and the provider's figures are then unavailable. The same <see cref="UsageCall.EventId"/> logged again counts once.</returns>
    Task<bool> LogAsync(UsageCall call);
}

/// <summary>One call to a provider.</summary>
public sealed record UsageCall
{
    /// <summary>Idempotency key; made (UUIDv7) when null.</summary>
    public Guid? EventId { get; init; }

    /// <summary>Id of the integration, for example <c>polygon</c>.</summary>
    public required string Provider { get; init; }

    /// <summary>A route or method, never a key: it is cut at <c>?</c> and <c>#</c>, and at 200 characters.</summary>
    public required string Operation { get; init; }

    public required UsageStatus Status { get; init; }

    /// <summary>100 to 599, or null when no answer came.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>0 or more milliseconds.</summary>
    public int? LatencyMs { get; init; }

    /// <summary>A short code of the caller's own, never a message of the provider.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>When the call was made; now when null.</summary>
    public DateTimeOffset? OccurredAt { get; init; }

    /// <summary>Taken from <see cref="IntegrationUsageScope"/> when null.</summary>
    public string? BotId { get; init; }

    /// <summary>Taken from <see cref="IntegrationUsageScope"/> when null.</summary>
    public string? UserId { get; init; }

    /// <summary>32 lower-case hex characters; that of the current activity when null.</summary>
    public string? TraceId { get; init; }

    /// <summary>Observed only where the call went through the gateway.</summary>
    public UsageSource Source { get; init; }

    /// <summary>0 or more; null when not known.</summary>
    public long? InputTokens { get; init; }

    /// <summary>0 or more; null when not known.</summary>
    public long? OutputTokens { get; init; }
}
