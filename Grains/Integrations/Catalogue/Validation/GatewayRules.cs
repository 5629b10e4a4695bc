using System.Text.RegularExpressions;
using ControlPlane.Grains.Gateway;

namespace ControlPlane.Grains.Integrations.Catalogue.Validation;

/// <summary>The rules of a provider's gateway.</summary>
internal static partial class GatewayRules
{
    private static readonly string[] s_methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

    public static void Check(GatewayDefinition gateway, IReadOnlyDictionary<string, VariableDefinition> variables, FieldErrors errors)
    {
        foreach (var (name, address) in gateway.Hosts)
        {
            var at = errors.At("hosts").At(name);
            if (!HostName().IsMatch(name)) at.Add("must be 1 to 20 lower-case letters, digits and dashes. Rename it.");
            if (!BaseUrlRules.IsBase(address)) at.Add("must be an absolute https address of scheme, host and path, without a final slash.");
        }

        for (var i = 0; i < gateway.Reads.Count; i++)
        {
            if (!ReadPath().IsMatch(gateway.Reads[i])) errors.At("reads", i).Add("must be the beginning of a path: a slash, then letters, digits, points, dashes, underscores and slashes.");
        }

        GatewayCredentialRules.Check(gateway, variables, errors);
        for (var i = 0; i < gateway.Operations.Count; i++) CheckOperation(gateway.Operations[i], gateway, errors.At("operations", i));
        CheckTies(gateway.Operations, errors);
        var places = gateway.Operations.Any(operation => OperationEffects.Parse(operation.Effect)?.PlacesOrders() == true);
        if (errors.Expect(!places || gateway.Orders is not null, "orders", "is missing: an order whose answer is lost must be looked up. Say how.") && gateway.Orders is { } orders)
            OrderMappingRules.Check(orders, gateway.Operations, variables, errors.At("orders"));
    }

    private static void CheckOperation(OperationDefinition operation, GatewayDefinition gateway, FieldErrors errors)
    {
        errors.Expect(s_methods.Contains(operation.Method), "method", $"must be one of {string.Join(", ", s_methods)}.");
        CheckPath(operation.Path, errors.At("path"));
        errors.Expect(operation.Host is null || gateway.Hosts.ContainsKey(operation.Host), "host", "must be a name of hosts, or absent for the provider's own base.");
        if (OperationEffects.Parse(operation.Effect) is not { } effect)
        {
            errors.Add("effect", $"must be one of {string.Join(", ", OperationEffects.Names)}.");
            return;
        }

        if (errors.Expect(effect.PlacesOrders() == operation.Order is not null, "order", "must be there where the effect places orders, and nowhere else.") && operation.Order is { } order)
            OrderMappingRules.Check(order, errors.At("order"));
        errors.Expect(!effect.PlacesOrders() || operation.Answer is not null, "answer", "is missing. Say how the answer tells what became of the order.");
        if (errors.Expect(effect == OperationEffect.Cancel == operation.Cancel is not null, "cancel", "must be there where the effect is cancel, and nowhere else.") && operation.Cancel is { } cancel)
            errors.Expect(cancel.All != cancel.Order is not null, "cancel", "must either be all, or name the order.");
        if (operation.Answer is { } answer) OrderMappingRules.Check(answer, errors.At("answer"));
        errors.Expect(operation.Learn is null || effect == OperationEffect.Read, "learn", "is for reads alone.");
        if (operation.Learn?.Orders is { } learn) OrderMappingRules.Check(learn, errors.At("learn").At("orders"));
    }

    private static void CheckPath(string path, FieldErrors errors)
    {
        if (!path.StartsWith('/') || !path[1..].Split('/').All(segment => Template.Whole(segment) is not null || LiteralSegment().IsMatch(segment)))
            errors.Add("must be segments behind slashes, each plain text or one whole {name}.");
        else if (Template.Names(path).Distinct(StringComparer.Ordinal).Count() != Template.Names(path).Count())
            errors.Add("must name each of its names once.");
    }

    /// <summary>Two operations that the same call could be.</summary>
    private static void CheckTies(IReadOnlyList<OperationDefinition> operations, FieldErrors errors)
    {
        var seen = new Dictionary<(string?, string, string), int>();
        for (var i = 0; i < operations.Count; i++)
        {
            if (!operations[i].Path.StartsWith('/')) continue;
            var key = (operations[i].Host, operations[i].Method, new PathTemplate(operations[i].Path).Shape);
            if (!seen.TryAdd(key, i)) errors.At("operations", i).Add("path", $"matches the same calls as operations[{seen[key]}]. Keep one of them.");
        }
    }

    [GeneratedRegex("^[a-z0-9-]{1,20}$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HostName();

    [GeneratedRegex("^/[A-Za-z0-9._/-]+$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ReadPath();

    [GeneratedRegex(@"^(?!\.{1,2}$)[A-Za-z0-9._~:@!$&'()*+,=-]+$", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LiteralSegment();
}
