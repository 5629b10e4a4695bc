using System.Text.Json;

namespace ControlPlane.ProviderSimulator.Answers;

/// <summary>An answer made in code, for what scripts need not repeat.</summary>
internal static class CodedAnswer
{
    public static AnswerScript Json(int status, object body) => new() { Status = status, Json = JsonSerializer.SerializeToElement(body) };
}
