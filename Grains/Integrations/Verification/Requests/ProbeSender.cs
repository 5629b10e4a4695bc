using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification.Network;
using ControlPlane.Grains.Integrations.Verification.Outcomes;

namespace ControlPlane.Grains.Integrations.Verification.Requests;

/// <summary>An answer and what it means.</summary>
internal sealed record Judged(ProviderAnswer Answer, Conclusion Conclusion)
{
    public override string ToString() => nameof(Judged);
}

/// <summary>Sends a request and judges its answer by rules.</summary>
internal sealed class ProbeSender(ProviderExchange exchange, TimeProvider time)
{
    /// <param name="environment">The environment that is asked, for rules that differ by it.</param>
    public async Task<Judged> SendAsync(OutgoingRequest request, IReadOnlyList<OutcomeRule> rules, string? environment, CancellationToken cancellationToken)
    {
        var sent = time.GetUtcNow();
        var answer = await exchange.SendAsync(request, status => rules.Any(rule => OutcomeEvaluator.Applies(rule, status)), environment, cancellationToken);
        var received = time.GetUtcNow();
        return new Judged(answer, OutcomeEvaluator.Evaluate(rules, answer, received) with { ClockSkewS = ClockSkewReader.Read(answer, sent, received) });
    }

    /// <summary>Sends the probe of a verify and reads what an accepted key may do.</summary>
    public async Task<Judged> ProbeAsync(OutgoingRequest request, VerifyDefinition verify, string? environment, CancellationToken cancellationToken)
    {
        var judged = await SendAsync(request, verify.Outcomes, environment, cancellationToken);
        var (answer, conclusion) = judged;
        return conclusion is { IsGood: true, Rule: { } rule }
            ? judged with { Conclusion = conclusion with { Findings = CapabilityReader.Read(verify, rule, answer), ExpiresAt = ExpiryReader.Read(verify.Expiry, answer) } }
            : judged;
    }

    /// <summary>Makes a further call. One that fails, or is refused, tells nothing.</summary>
    public async Task<Conclusion> FollowAsync(OutgoingRequest request, FollowUpDefinition follow, Conclusion conclusion, string? environment, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await exchange.SendAsync(request, static status => status is >= 200 and < 300, environment, cancellationToken);
            return answer.Status is >= 200 and < 300
                ? conclusion with { Findings = CapabilityReader.Merge(conclusion.Findings, follow.Findings, answer) }
                : conclusion;
        }
        catch (VerifyFaultException)
        {
            return conclusion;
        }
    }
}
