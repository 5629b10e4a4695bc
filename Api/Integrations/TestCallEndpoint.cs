using ControlPlane.Abstractions;
using ControlPlane.Api.Audit;
using ControlPlane.Api.Cluster;
using ControlPlane.Api.Http;
using ControlPlane.Api.Security;
using ControlPlane.Api.Usage;
using ControlPlane.Contracts;
using ControlPlane.Grains.Integrations.Catalogue;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Api.Integrations;

/// <summary>The proof that proof of use works.</summary>
internal static class TestCallEndpoint
{
    public static void MapTestCall(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/integrations/{provider}/test-call", TestCall).WithTags("Integrations").RequireAuthorization(Roles.Operator)
            .Audited("integration.test_call", "integration", "provider")
            .WithName("TestCallIntegration").WithSummary("Makes one harmless real call through the instrumented client and records it as use")
            .WithDescription("Recorded with bot 'control-plane-test'; the event is on disk when this answers. It is no verify: the provider's state does not change. 409 when the keys are missing, when no harmless call is known, or when nothing could be sent; 429 for more than a few a minute, or while the provider wants to be left alone; 503 when the call was made and its event is not on disk yet.")
            .MayFail(401, 403, 404, 409, 429, 503);

    private static async Task<Results<Ok<TestCallAnswer>, ProblemResult>> TestCall(
        HttpContext context, string provider, IGrainFactory grains, ProviderCatalogue catalogue, AuditTrail audit)
    {
        if (catalogue.Find(provider) is null) return (ProblemResult)Problems.UnknownProvider();
        var report = await audit.SettleAsync(context, () => grains.Provider(provider).TestCall(context.Caller()), Outcome, ("provider", provider));
        return report is { Refusal: TestCallRefusal.None, EventId: { } id, Status: { } status }
            ? TypedResults.Ok(new TestCallAnswer(id.ToString(), EnumNames.Of(status.Known()), report.HttpStatus, report.LatencyMs, context.TraceId()))
            : ToProblem(report);
    }

    private static ProblemResult ToProblem(TestCallReport report) => report.Refusal switch
    {
        TestCallRefusal.NotConfigured => Problems.Of(
            StatusCodes.Status409Conflict,
            Codes.IntegrationKeyMissing,
            $"There is nothing to call with. Missing: {string.Join(", ", report.MissingVariables)}.",
            "Set the missing variables, then try again."),
        TestCallRefusal.NotSupported => Problems.Of(
            StatusCodes.Status409Conflict, Codes.InvalidRequest, "No harmless call is known for this integration, so none is made.", "Its page says why."),
        TestCallRefusal.Unknown => Problems.UnknownProvider(),
        TestCallRefusal.TooSoon => new ProblemResult(
            Problems.ForStatus(StatusCodes.Status429TooManyRequests) with { Detail = "Another call to this provider now could hurt: it needs a pause." },
            report.RetryAfterSeconds ?? 1),
        TestCallRefusal.NotMade => Problems.Of(
            StatusCodes.Status409Conflict,
            Codes.IntegrationVerifyFailed,
            "Nothing was sent: a key has the wrong form, or the provider refused these keys before.",
            "Verify the integration to see what is wrong."),
        _ => Problems.DataUnavailable("The call was made, but its event is not on disk yet. It is sent again until it is."),
    };

    private static string Outcome(TestCallReport report) => report.Refusal switch
    {
        TestCallRefusal.None => AuditOutcomes.Done,
        TestCallRefusal.NotConfigured => Codes.IntegrationKeyMissing,
        TestCallRefusal.Unknown => Codes.UnknownProvider,
        TestCallRefusal.TooSoon => Codes.RateLimited,
        TestCallRefusal.NotRecorded => Codes.DataUnavailable,
        _ => AuditOutcomes.Refused,
    };
}
