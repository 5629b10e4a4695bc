using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Secrets;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Alerts.Channels;

/// <summary>Sends one notice once, within its deadline, and records the call as use. It never throws.</summary>
internal sealed partial class AlertSender(
    IEnumerable<IAlertChannel> channels,
    AlertSettings settings,
    Redactor redactor,
    IIntegrationUsage usage,
    ProviderCatalogue catalogue,
    TimeProvider time,
    ILogger<AlertSender> logger)
{
    /// <summary>Who uses a provider by a delivery.</summary>
    public const string Bot = "control-plane-alerts";

    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    public async Task<AlertDelivery> SendAsync(AlertView view, AlertNotice notice)
    {
        if (!settings.Channels.TryGetValue(notice.Channel, out var channel)) return AlertDelivery.Failed(AlertDeliveryCodes.NotSent);
        var startedAt = time.GetTimestamp();
        var delivery = await TrySendAsync(channel, view, notice);
        if (delivery.Code is { } code) LogFailed(logger, notice.Channel, notice.AlertId, code);
        Record(channel.Kind!, notice, delivery, time.GetElapsedTime(startedAt));
        return delivery;
    }

    private async Task<AlertDelivery> TrySendAsync(AlertChannelOptions channel, AlertView view, AlertNotice notice)
    {
        using var deadline = new CancellationTokenSource(Deadline, time);
        try
        {
            var message = AlertText.Write(view, notice, settings.Options.PageUrl, time.GetUtcNow(), redactor.Redact);
            var through = channels.First(c => c.Handles(channel.Kind!));

            // A sender that blocks before its first await, or ignores its deadline, delays no other.
            return await Task.Run(() => through.SendAsync(channel, message, deadline.Token), CancellationToken.None).WaitAsync(Deadline + TimeSpan.FromMilliseconds(250), time);
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException)
        {
            return AlertDelivery.Failed(AlertDeliveryCodes.Timeout);
        }
        catch (Exception e)
        {
            LogThrew(logger, notice.Channel, e);
            return AlertDelivery.Failed(AlertDeliveryCodes.NotSent);
        }
    }

    /// <summary>A receiver that is no provider of the catalogue has no use to be recorded; a call that was not even tried is none.</summary>
    private void Record(string kind, AlertNotice notice, AlertDelivery delivery, TimeSpan took)
    {
        if (catalogue.Find(kind) is null || delivery.Code is AlertDeliveryCodes.SecretMissing or AlertDeliveryCodes.AddressInvalid or AlertDeliveryCodes.NotSent) return;
        usage.LogAsync(new UsageCall
        {
            Provider = kind,
            BotId = Bot,
            Operation = $"alert {AlertText.Word(notice.Event)}",
            Status = delivery.Code switch
            {
                null => UsageStatus.Ok,
                AlertDeliveryCodes.Timeout => UsageStatus.Timeout,
                AlertDeliveryCodes.RateLimited => UsageStatus.RateLimited,
                _ => UsageStatus.Error,
            },
            HttpStatus = delivery.HttpStatus,
            LatencyMs = (int)Math.Min(int.MaxValue, took.TotalMilliseconds),
            ErrorCode = delivery.Code,
            TraceId = notice.TraceId,
        }).Ignore();
    }

    [LoggerMessage(EventIds.AlertNotDelivered, LogLevel.Warning, "Channel {Channel}: alert {AlertId} was not delivered: {Code}.")]
    private static partial void LogFailed(ILogger logger, string channel, string alertId, string code);

    [LoggerMessage(EventIds.AlertSendingFailed, LogLevel.Error, "Channel {Channel}: sending failed.")]
    private static partial void LogThrew(ILogger logger, string channel, Exception exception);
}
