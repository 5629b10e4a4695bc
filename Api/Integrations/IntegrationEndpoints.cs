using ControlPlane.Api.Http;
using ControlPlane.Api.Security;
using ControlPlane.Api.Stores;
using ControlPlane.Contracts;
using ControlPlane.Grains.Integrations.Catalogue;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Api.Integrations;

/// <summary>Reading integrations.</summary>
internal static class IntegrationEndpoints
{
    public static void MapIntegrations(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/integrations").WithTags("Integrations").RequireAuthorization(Roles.Viewer);
        group.MapGet("/status", Status).AlsoForBots().Produces<IntegrationsAnswer>().Produces(StatusCodes.Status304NotModified)
            .WithName("ListIntegrations").WithSummary("All integrations with their states and figures")
            .WithDescription("As of as_of, which is the moment of the request, or up to 150 ms before it when many ask. The ETag names what the table says; with If-None-Match the answer is 304 while it says nothing else.")
            .MayFail(401, 403, 503);
        group.MapGet("/{provider}", Detail)
            .WithName("GetIntegration").WithSummary("Everything about one integration").MayFail(401, 403, 404, 503);
        group.MapGet("/{provider}/events", Events)
            .WithName("ListUsageEvents").WithSummary("Recorded calls to a provider, newest first")
            .WithDescription("status=failed: only those whose status is error, timeout or rate_limited, however far back. A cursor holds with and without it.")
            .MayFail(400, 401, 403, 404, 503);
        group.MapGet("/{provider}/verifications", Verifications)
            .WithName("ListVerifications").WithSummary("Verifications of a provider, newest first").MayFail(400, 401, 403, 404, 503);
    }

    private static async Task Status(HttpContext context, IntegrationsDocuments documents)
    {
        var table = await documents.TakeAsync();
        await table.WriteAsync(context, context.TraceId());
    }

    private static async Task<Results<Ok<IntegrationDetail>, ProblemResult>> Detail(
        HttpContext context, string provider, ProviderCatalogue catalogue, IntegrationReader reader)
    {
        if (catalogue.Find(provider) is not { } definition) return (ProblemResult)Problems.UnknownProvider();
        var address = GatewayRows.AddressOf(context);
        if (await reader.ReadAsync(provider, context.TraceId(), figures => GatewayRows.Of(definition, address, figures)) is not { } detail)
            return (ProblemResult)Problems.UnknownProvider();
        return TypedResults.Ok(detail);
    }

    private static async Task<Results<Ok<ListAnswer<UsageEventRow>>, ProblemResult>> Events(
        HttpContext context, string provider, ProviderCatalogue catalogue, StoreReads stores, [AsParameters] PageQuery page, string? status = null)
    {
        if (catalogue.Find(provider) is null) return (ProblemResult)Problems.UnknownProvider();
        if (status is not (null or "failed")) return (ProblemResult)Problems.Invalid("'status' must be 'failed', or absent.");
        if (page.Read(out var limit) is { } wrong) return (ProblemResult)wrong;
        var read = await stores.UsageAsync(provider, status == "failed", limit, page.Before, context.RequestAborted);
        return TypedResults.Ok(new ListAnswer<UsageEventRow>(
            [.. read.Items.Select(IntegrationDetailMapping.ToContract)], read.Next, [], context.TraceId()));
    }

    private static async Task<Results<Ok<ListAnswer<VerificationRow>>, ProblemResult>> Verifications(
        HttpContext context, string provider, ProviderCatalogue catalogue, StoreReads stores, [AsParameters] PageQuery page)
    {
        if (catalogue.Find(provider) is null) return (ProblemResult)Problems.UnknownProvider();
        if (page.Read(out var limit) is { } wrong) return (ProblemResult)wrong;
        var read = await stores.VerificationsAsync(provider, limit, page.Before, context.RequestAborted);
        return TypedResults.Ok(new ListAnswer<VerificationRow>(
            [.. read.Items.Select(IntegrationDetailMapping.ToContract)], read.Next, [], context.TraceId()));
    }
}
