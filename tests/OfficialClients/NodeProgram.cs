using System.Diagnostics;
using System.Text.Json.Nodes;

namespace ControlPlane.OfficialClients;

/// <summary>Runs a program of this folder with Node, after the packages that <c>package.json</c> pins were installed.</summary>
internal static class NodeProgram
{
    /// <exception cref="InvalidOperationException">Node or npm is missing, or a program failed; its words are in the message.</exception>
    public static async Task<JsonNode> RunAsync(string program, JsonNode input, CancellationToken cancellationToken)
    {
        var source = Folder(new DirectoryInfo(AppContext.BaseDirectory));
        var work = Directory.CreateTempSubdirectory("control-plane-clients-");
        try
        {
            foreach (var file in source.EnumerateFiles().Where(static file => file.Extension is ".mjs" or ".json"))
                file.CopyTo(Path.Combine(work.FullName, file.Name));
            await StartAsync(work, "npm", ["install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"], null, cancellationToken);
            return JsonNode.Parse(await StartAsync(work, "node", [program], input.ToJsonString(), cancellationToken))!;
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }

    private static DirectoryInfo Folder(DirectoryInfo from) =>
        File.Exists(Path.Combine(from.FullName, "ControlPlane.sln")) ? new(Path.Combine(from.FullName, "tests", "OfficialClients")) : Folder(from.Parent!);

    private static async Task<string> StartAsync(DirectoryInfo work, string program, string[] arguments, string? input, CancellationToken cancellationToken)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = work.FullName, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {await errors}");
    }
}
