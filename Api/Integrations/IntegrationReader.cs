using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Api.Cluster;
using ControlPlane.Contracts;

namespace ControlPlane.Api.Integrations;

/// <summary>Puts the integrations table and its pages together.</summary>
internal sealed class IntegrationReader(ClusterReads cluster, TimeProvider time)
{
    public async Task<IntegrationsAnswer> ReadAsync(string traceId)
    {
        var startedAt = time.GetUtcNow();
        var providers = await cluster.ProvidersAsync();
        var now = time.GetUtcNow();
        IntegrationRow[] rows =
        [
            .. providers.Select(provider => provider.Status is { } status
                ? IntegrationRowMapping.ToRow(status, now)
                : IntegrationRowMapping.Unreadable(provider.Provider, now)),
        ];
        return new IntegrationsAnswer(startedAt, providers.Sum(provider => provider.Status?.Version ?? 0), traceId, [.. Unavailable(rows)], rows);
    }

    /// <summary>Each field that some row has no value for, once for each cause, since the first of them.</summary>
    private static IEnumerable<UnavailableRow> Unavailable(IEnumerable<IntegrationRow> rows) =>
        rows.SelectMany(row => row.Unavailable).GroupBy(field => (field.Field, field.Code)).Select(same => same.MinBy(field => field.Since)!);

    /// <summary>The page of one integration, or null when it is not known.</summary>
    /// <param name="gateway">What there is to say of its gateway, by its figures; the rest is ready.</param>
    public async Task<IntegrationDetail?> ReadAsync(string provider, string traceId, Func<UsageFigures?, GatewayRow>? gateway = null)
    {
        var bots = RequiredByAsync(provider);
        var detail = await cluster.ProviderAsync(provider);
        return detail is null ? null : IntegrationDetailMapping.ToDetail(detail, await bots, time.GetUtcNow(), traceId) with { Gateway = gateway?.Invoke(detail.Status.Usage) };
    }

    private async Task<IReadOnlyList<string>?> RequiredByAsync(string provider)
    {
        try
        {
            var bots = await cluster.BotsAsync();
            return [.. bots.Where(bot => bot.Spec.Requires.Contains(provider)).Select(bot => bot.BotId)];
        }
        catch (Exception)
        {
            return null;
        }
    }
}
