using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Policy;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Integrations.Activation;

/// <summary>What people see of the provider: its row in the table, and its page.</summary>
internal sealed partial class ProviderPage(
    ProviderContext context, LoadedSecrets secrets, KeyVerdict key, VerifyTiming timing, VerifyHistory history, ProviderFigures figures, ProviderEvaluator evaluator)
{
    private static readonly string[] s_lastVerifyFields = ["last_verified_at", "last_verify_status", "last_verify_trace_id"];
    private static readonly string[] s_stepsOfACall = ["dns_tls", "auth", "scope"];

    public ProviderStatus Status()
    {
        key.LoadSecrets();
        var evaluation = evaluator.Evaluate();
        var (shown, unavailable) = figures.Shown();
        if (history.LostSince is { } lost)
        {
            unavailable = [.. unavailable, .. s_lastVerifyFields.Select(f => new UnavailableField(f, Codes.DataUnavailable, lost))];
        }

        var (definition, verdict) = (context.Definition, key.Verdict);
        return new ProviderStatus
        {
            Provider = context.Id,
            Name = definition.Name,
            Category = definition.Category,
            Gate = GateNames.ForCategory(definition.Category),
            Required = context.Settings.Required,
            State = evaluation.State,
            SupportsVerify = definition.Access.Any(a => a.Verify is not null),
            MissingVariables = secrets.Choice.Missing,
            LastVerify = history.Last,
            FreshUntil = verdict.IsVerified ? verdict.ConclusiveWallClock + key.Schedule.Freshness : null,
            Usage = shown,
            Hosts = evaluator.Hosts,
            Reasons = [.. evaluation.Reasons, .. Remarks(evaluation, shown)],
            Unavailable = unavailable,
            Version = context.Notices.Version,
            Capabilities = KeyRightsPolicy.Counted(verdict.Findings, context.Settings.AcceptUnknown),
            Environment = verdict.Environment,
            VerifiedHost = verdict.Host,
            ClockSkewSeconds = verdict.ClockSkewSeconds,
            ExpiresAt = verdict.ExpiresAt,
            NextVerifyAt = timing.DueAt,
        };
    }

    public async Task<ProviderDetail> DetailAsync()
    {
        var status = Status();
        var (id, definition, usage) = (context.Id, context.Definition, context.Services.Usage);

        // The same seconds as the window's: the count and the chart are one number, shown twice.
        var from = DateTimeOffset.FromUnixTimeSeconds(context.Time.GetUtcNow().ToUnixTimeSeconds() + 1).AddHours(-24);
        var verifies = TryReadAsync(async c => (await context.Services.Verifications.PageAsync(id, 20, null, c)).Items);
        var hours = TryReadAsync(c => usage.ReadHoursAsync(id, from, c));
        var events = TryReadAsync(async c => (await usage.PageAsync(id, 20, null, c)).Items);
        var bots = TryReadAsync(c => usage.ReadBotsAsync(id, from, c));
        await Task.WhenAll(verifies, hours, events, bots);

        var required = definition.Access.SelectMany(a => a.Requires).ToHashSet(StringComparer.Ordinal);
        var chosen = secrets.Choice.Access?.Requires ?? definition.Access[0].Requires;
        return new ProviderDetail
        {
            Status = status,
            RequiredVariables = [.. definition.Variables.Where(v => chosen.Contains(v.Name)).Select(secrets.Presence)],
            OptionalVariables = [.. definition.Variables.Where(v => !chosen.Contains(v.Name)).Select(secrets.Presence)],
            HowToConnect = [.. definition.HowToConnect],
            Checklist = key.LastReport?.Steps ?? Checklist(status, required.Count > 0),
            VerifyHistory = await verifies,
            Usage24h = status.Usage?.Count24h is null ? null : await hours,
            UsageFrom = from,
            RecentEvents = await events,
            UsedByBots24h = await bots,
        };
    }

    /// <summary>What is worth knowing and changes nothing.</summary>
    private IEnumerable<Reason> Remarks(ProviderEvaluation evaluation, UsageFigures? shown)
    {
        if (figures.TelemetryLost() is { } telemetry) yield return telemetry with { Severity = Severity.Info };
        if (UseWithoutKeys.Remark(context.Definition.Name, evaluation.State, shown) is { } remark) yield return remark with { Since = context.Time.GetUtcNow() };
        if (secrets.TooShort is { } tooShort) yield return tooShort;
    }

    /// <summary>The steps of a verify that has not been made yet.</summary>
    private ImmutableArray<VerifyStep> Checklist(ProviderStatus status, bool needsKeys)
    {
        var env = secrets.Choice.Access is null
            ? new VerifyStep("env", StepResult.Failed, $"{string.Join(", ", secrets.Choice.Missing)} not set.")
            : new VerifyStep("env", StepResult.Passed, needsKeys ? "Every required variable is present." : "No variable is required.");
        var rest = status.SupportsVerify ? "Not verified yet." : "No harmless verify call exists.";
        return [env, .. s_stepsOfACall.Select(s => new VerifyStep(s, StepResult.Skipped, rest))];
    }

    private async Task<ImmutableArray<T>?> TryReadAsync<T>(Func<CancellationToken, Task<ImmutableArray<T>>> read)
    {
        try
        {
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(2), context.Time);
            return await read(deadline.Token).WaitAsync(TimeSpan.FromSeconds(2), context.Time, deadline.Token);
        }
        catch (Exception e)
        {
            LogDetailUnreadable(context.Logger, context.Id, e);
            return null;
        }
    }

    [LoggerMessage(EventIds.ProviderDetailUnreadable, LogLevel.Warning, "Details of {Provider} could not be read.")]
    private static partial void LogDetailUnreadable(ILogger logger, string provider, Exception exception);
}
