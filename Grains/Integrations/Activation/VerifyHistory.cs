using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Verification;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Integrations.Activation;

/// <summary>The last verify of the provider, and the rows that verifies leave. It is a record and no evidence.</summary>
internal sealed partial class VerifyHistory(string provider, IVerificationStore store, TimeProvider time, ILogger logger)
{
    public LastVerify? Last { get; private set; }

    /// <summary>Since when <see cref="Last"/> is not known; null while it is.</summary>
    public DateTimeOffset? LostSince { get; private set; } = time.GetUtcNow();

    public void Made(LastVerify verify) => (Last, LostSince) = (verify, null);

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var page = await store.PageAsync(provider, 1, null, cancellationToken);

            // A verify of this process may have ended meanwhile, before its row was there.
            if (page.Items is [var last, ..] && !(Last?.At >= last.At)) Last = new LastVerify(last.At, last.Status, last.TraceId);
            LostSince = null;
        }
        catch (Exception e)
        {
            LostSince ??= time.GetUtcNow();
            LogHistoryUnreadable(logger, provider, e);
        }
    }

    public async Task RecordAsync(VerificationRecord record)
    {
        try
        {
            await store.AppendAsync(record, CancellationToken.None);
        }
        catch (Exception e)
        {
            // The verdict stands; only its row in the history is missing.
            LogNotRecorded(logger, provider, e);
        }
    }

    [LoggerMessage(EventIds.ProviderNotRecorded, LogLevel.Warning, "A verify of {Provider} could not be recorded.")]
    internal static partial void LogNotRecorded(ILogger logger, string provider, Exception exception);

    [LoggerMessage(EventIds.ProviderHistoryUnreadable, LogLevel.Warning, "The verification history of {Provider} could not be read.")]
    private static partial void LogHistoryUnreadable(ILogger logger, string provider, Exception exception);
}
