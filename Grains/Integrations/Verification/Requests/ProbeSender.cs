using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification.Network;
using ControlPlane.Grains.Integrations.Verification.Outcomes;

namespace ControlPlane.Grains.Integrations.Verification.Requests;

/// <summary>An answer and what it means.</summary>
internal sealed record Evaluated(ProviderAnswer Answer, Conclusion Conclusion)
{
    public override string ToString() => nameof(Evaluated);
}

/// <summary>Sends a request and evaluates its answer by rules.</summary>
internal sealed class ProbeSender(ProviderExchange exchange, TimeProvider time)
{
    /// <param name="context">What rules may compare the answer with.</param>
    public async Task<Evaluated> SendAsync(OutgoingRequest request, IReadOnlyList<OutcomeRule> rules, AnswerContext context, CancellationToken cancellationToken)
    {
        var sent = time.GetUtcNow();
        var answer = await exchange.SendAsync(request, status => rules.Any(rule => OutcomeEvaluator.Applies(rule, status)), context, cancellationToken);
        var received = time.GetUtcNow();
        return new Evaluated(answer, OutcomeEvaluator.Evaluate(rules, answer, received) with { ClockSkewS = ClockSkewReader.Read(answer, sent, received) });
    }

    /// <summary>Sends the probe of a verify and reads what an accepted key may do.</summary>
    public async Task<Evaluated> ProbeAsync(OutgoingRequest request, VerifyDefinition verify, AnswerContext context, CancellationToken cancellationToken)
    {
        var evaluated = await SendAsync(request, verify.Outcomes, context, cancellationToken);
        var (answer, conclusion) = evaluated;
        return conclusion is { IsGood: true, Rule: { } rule }
            ? evaluated with { Conclusion = conclusion with { Findings = CapabilityReader.Read(verify, rule, answer), ExpiresAt = ExpiryReader.Read(verify.Expiry, answer, time.GetUtcNow()) } }
            : evaluated;
    }

    /// <summary>Makes a further call. A failed or refused one shows nothing.</summary>
    public async Task<Conclusion> FollowAsync(OutgoingRequest request, FollowUpDefinition follow, Conclusion conclusion, AnswerContext context, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await exchange.SendAsync(request, status => status is >= 200 and < 300 || follow.Outcomes.Any(rule => OutcomeEvaluator.Applies(rule, status)), context, cancellationToken);
            if (follow.Outcomes.FirstOrDefault(rule => OutcomeEvaluator.Applies(rule, answer.Status) && (rule.When is null || PredicateEvaluator.Evaluate(rule.When, answer) == true)) is { } rule)
                return Told(conclusion, rule, OutcomeEvaluator.Evaluate([rule], answer, time.GetUtcNow()) with { ClockSkewS = conclusion.ClockSkewS });
            if (answer.Status is not (>= 200 and < 300))
                return conclusion;
            var ends = ExpiryReader.Read(follow.Expiry, answer, time.GetUtcNow());
            return ends <= time.GetUtcNow()
                ? new Conclusion(VerifyStatus.Invalid, VerifyCodes.KeyEnded, conclusion.HttpStatus) { ExpiresAt = ends, ClockSkewS = conclusion.ClockSkewS }
                : conclusion with { Findings = CapabilityReader.Merge(conclusion.Findings, follow.Findings, answer), ExpiresAt = ends ?? conclusion.ExpiresAt };
        }
        catch (VerifyFaultException)
        {
            return conclusion;
        }
    }

    /// <summary>A rule of a further call that refuses the key, or knows of a bill, gives the verdict. A plainly good one keeps that of the first
    /// call. Either tells what the key may do.</summary>
    private static Conclusion Told(Conclusion before, OutcomeRule rule, Conclusion told) => !told.IsGood
        ? told
        : (told.Status == VerifyStatus.Valid ? before : told with { ExpiresAt = before.ExpiresAt }) with { Findings = CapabilityReader.Merge(before.Findings, CapabilityReader.Of(rule)) };
}
