using System.Diagnostics;

namespace ControlPlane.Abstractions;

/// <summary>Records every request of a client. Latency counts until the headers of the answer are there.</summary>
internal sealed class IntegrationUsageHandler(string provider, IIntegrationUsage usage, TimeProvider time) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var call = Begin(request);
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            End(call, CallEnding.Of(response.StatusCode));
            return response;
        }
        catch (Exception failure)
        {
            End(call, CallEnding.Of(failure));
            throw;
        }
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var call = Begin(request);
        try
        {
            var response = base.Send(request, cancellationToken);
            End(call, CallEnding.Of(response.StatusCode));
            return response;
        }
        catch (Exception failure)
        {
            End(call, CallEnding.Of(failure));
            throw;
        }
    }

    // Read before it is sent: a handler further in may rewrite the address, for example to add a key.
    private Call Begin(HttpRequestMessage request) => new(
        OperationLabel.Of(request),
        request.Options.TryGetValue(IntegrationUsageScope.BotId, out var bot) ? bot : IntegrationUsageScope.CurrentBot,
        request.Options.TryGetValue(IntegrationUsageScope.UserId, out var user) ? user : IntegrationUsageScope.CurrentUser,
        Activity.Current,
        time.GetUtcNow(),
        time.GetTimestamp());

    private void End(Call call, CallEnding ending) => _ = usage.LogAsync(new UsageCall
    {
        Provider = provider,
        Operation = call.Operation,
        Status = ending.Status,
        HttpStatus = ending.HttpStatus,
        LatencyMs = (int)Math.Min(time.GetElapsedTime(call.StartedAt).TotalMilliseconds, UsageLimits.MaxLatencyMs),
        ErrorCode = ending.ErrorCode,
        OccurredAt = call.At,
        BotId = call.Bot,
        UserId = call.User,
        TraceId = TraceOf(call.Activity),
    });

    private static string? TraceOf(Activity? activity) => activity is { IdFormat: ActivityIdFormat.W3C } ? activity.TraceId.ToHexString() : null;

    private readonly record struct Call(string Operation, string? Bot, string? User, Activity? Activity, DateTimeOffset At, long StartedAt);
}
