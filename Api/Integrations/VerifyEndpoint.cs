using ControlPlane.Abstractions;
using ControlPlane.Api.Audit;
using ControlPlane.Api.Cluster;
using ControlPlane.Api.Http;
using ControlPlane.Api.Security;
using ControlPlane.Contracts;
using ControlPlane.Grains.Integrations.Catalogue;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Api.Integrations;

/// <summary>Verifying one integration, or all that are configured.</summary>
internal static class VerifyEndpoint
{
    private const string All = "*";

    public static void MapVerify(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/integrations/verify", Verify).WithTags("Integrations").RequireAuthorization(Roles.Operator)
            .Takes<VerifyRequest>().Audited("integration.verify", "integration")
            .Produces<VerifyResult>().Produces<VerifyAllAnswer>()
            .WithName("VerifyIntegration").WithSummary("Verifies an integration now; 200 whatever the verdict")
            .WithDescription("With provider '*' verifies all configured ones and answers {results, unavailable, trace_id}. One verify of a provider is in flight at a time; within its minimum interval the last answer comes back with cached true.")
            .MayFail(400, 401, 403, 404, 409, 413, 415, 503);

    private static async Task<IResult> Verify(HttpContext context, IGrainFactory grains, ProviderCatalogue catalogue, AuditTrail audit)
    {
        var body = await JsonBody.ReadAsync<VerifyRequest>(context);
        if (!body.Read) return (ProblemResult)body.Problem;
        if (body.Value.Provider == All) return await VerifyAll(context, grains, catalogue, audit);
        if (body.Value.Provider is not { Length: > 0 } id) return (ProblemResult)Problems.Invalid("'provider' must be the id of an integration, or '*'.");
        if (catalogue.Find(id) is null) return (ProblemResult)Problems.UnknownProvider();
        var answer = await audit.SettleAsync(
            context, () => grains.Provider(id).Verify(context.Caller()), VerifyMapping.Outcome, ("provider", id));
        return answer.Report is { } report
            ? TypedResults.Ok(VerifyMapping.ToContract(report, context.TraceId()))
            : (ProblemResult)VerifyMapping.ToProblem(answer);
    }

    private static async Task<IResult> VerifyAll(HttpContext context, IGrainFactory grains, ProviderCatalogue catalogue, AuditTrail audit)
    {
        var by = context.Caller();
        var answers = await audit.SettleAsync(
            context,
            () => Task.WhenAll(catalogue.Providers.Select(provider => Ask(provider.Id))),
            static _ => AuditOutcomes.Done,
            ("provider", All));
        var now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        return TypedResults.Ok(new VerifyAllAnswer(
            [.. answers.Where(answer => answer.Answer?.Report is not null).Select(answer => VerifyMapping.ToContract(answer.Answer!.Report!, context.TraceId()))],
            [.. answers.Where(answer => answer.Answer is null).Select(answer => new UnavailableRow($"results.{answer.Provider}", Codes.ControlPlaneUnreachable, now))],
            context.TraceId()));

        async Task<(string Provider, VerifyAnswer? Answer)> Ask(string id)
        {
            try
            {
                return (id, await grains.Provider(id).Verify(by));
            }
            catch (Exception exception) when (Failures.IsUnreachable(exception))
            {
                return (id, null);
            }
        }
    }
}
