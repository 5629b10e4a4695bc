using ControlPlane.Abstractions;
using ControlPlane.Api.Hosting;
using ControlPlane.Api.Http;
using ControlPlane.Grains.Gateway;
using ControlPlane.Grains.Gateway.Upstreams;
using ControlPlane.Grains.Integrations;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Gateway;

/// <summary>A bot's way to its providers: who calls, whether it may, what the call does, and then on to the provider.</summary>
internal sealed class GatewayPipeline(
    ProviderCatalogue catalogue,
    IntegrationSettings settings,
    UpstreamFinder upstreams,
    GatewayCallers callers,
    GatewayOrders orders,
    GatewayForwarder forwarder,
    GatewayNoTrades noTrades,
    TimeProvider time,
    IOptions<ApiOptions> options)
{
    public async Task PassAsync(HttpContext context, GatewayAddress address)
    {
        if (catalogue.Find(address.Provider) is not { } provider || !settings.For(provider.Id).Enabled)
        {
            await GatewayRefusals.WriteAsync(context, null, new(StatusCodes.Status404NotFound, Codes.UnknownProvider, "No such provider is in the catalogue.", "GET /api/integrations/status lists all."));
            return;
        }

        if (await PassAsync(context, address, provider) is { } refusal) await GatewayRefusals.WriteAsync(context, provider, refusal);
    }

    private async Task<GatewayRefusal?> PassAsync(HttpContext context, GatewayAddress address, ProviderDefinition provider)
    {
        var request = context.Request;
        var slots = upstreams.Slots(provider);
        var tokens = CallerTokenReader.Read(request.Headers, address, slots, upstreams.Signature(provider));
        var (caller, unknown) = await callers.KnowAsync(tokens);
        if (caller is null)
        {
            if (unknown!.Code == Codes.LeaseFenced) RecordFenced(context, tokens, provider, Match(provider, address, request, tokens));
            return unknown;
        }

        var match = Match(provider, address, request, tokens);
        if (GatewayRules.Refuse(provider, caller, match, context.Features.Get<IHttpUpgradeFeature>()?.IsUpgradableRequest == true) is { } refused)
        {
            if (GatewayRules.IsOrder(provider, request.Method, match)) noTrades.Record(caller.BotId, match?.Label, refused, context.TraceId());
            return refused;
        }

        var found = upstreams.Find(provider, address.Host);
        if (found.Upstream is not { } upstream) return GatewayRules.Unavailable(found, options.Value.Role == ApiOptions.FrontEnd);
        var isOrder = match!.Effect.PlacesOrders() || match.Effect == OperationEffect.Cancel;
        byte[]? body = null;
        if (upstream.NeedsBody || isOrder)
        {
            body = await WholeBody.ReadAsync(request, context.RequestAborted);
            if (body is null) return GatewayRules.TooLarge;
        }
        else if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = GatewayOptions.LargestBody;
        }

        var call = new GatewayCall(
            provider, address.Host, match, caller.BotId, caller.LeaseEpoch ?? 0, request.Method, tokens.Path, tokens.Query.Length == 0 ? "" : "?" + tokens.Query, request.ContentType, body ?? [], context.TraceId());
        if (isOrder)
        {
            return await orders.PassAsync(context, call, (evaluated, query, flight) =>
                SendAsync(context, upstream, slots, call, new BotCall(request.Method, tokens.Path, query.TrimStart('?'), tokens.IsSigned, evaluated, request.ContentType), flight));
        }

        return await SendAsync(context, upstream, slots, call, new BotCall(request.Method, tokens.Path, tokens.Query, tokens.IsSigned, body, request.ContentType), order: null);
    }

    private static OperationMatch? Match(ProviderDefinition provider, GatewayAddress address, HttpRequest request, CallerTokens tokens) =>
        OperationTable.Match(provider, address.Host, request.Method, tokens.Path.Replace(BotCall.TokenInPath, "_", StringComparison.Ordinal));

    /// <summary>Only of orders: a runner that was replaced and does not know it may read on.</summary>
    private void RecordFenced(HttpContext context, CallerTokens tokens, ProviderDefinition provider, OperationMatch? match)
    {
        if (match is { } order && order.Effect.PlacesOrders() && callers.LeaseOf(tokens) is { } lease) noTrades.RecordFenced(lease.BotId, provider.Id, order.Label, context.TraceId());
    }

    private async Task<GatewayRefusal?> SendAsync(HttpContext context, Upstream upstream, CallerSlots slots, GatewayCall call, BotCall made, IPassageInFlight? order)
    {
        FilledCall filled;
        try
        {
            filled = upstream.Fill(made);
        }
        catch (VerifyFaultException fault)
        {
            return new(StatusCodes.Status503ServiceUnavailable, Codes.GatewayUnavailable, $"The key of {call.Provider.Name} can't be used: {fault.Code}.");
        }

        var record = new CallRecord(call.Provider.Id, call.Match.Label, call.BotId, call.TraceId, tokens: call.Match.Effect == OperationEffect.Infer, time);
        using var lease = LeaseWatch.Of(context, call, callers, time);
        return await forwarder.SendAsync(context, new(upstream, filled, slots, filled.Body, order, record, orders.LearnerOf(call)), lease.Ended);
    }
}
