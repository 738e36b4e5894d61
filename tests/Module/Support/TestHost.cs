using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using System.Text;
using System.Text.RegularExpressions;

namespace EspProv.ModuleTests.Support;

/// <summary>A host with a person at it: it keeps what is shown, and answers questions from a list.</summary>
internal sealed class TestHost : PSHost
{
    private readonly TestUserInterface _ui = new();

    public override string Name => "TestHost";

    public override Version Version { get; } = new(1, 0);

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override PSHostUserInterface UI => _ui;

    public override CultureInfo CurrentCulture => Culture;

    public override CultureInfo CurrentUICulture => CultureInfo.InvariantCulture;

    /// <summary>The culture of the machine, for the scripts of a runspace that is made afterwards.</summary>
    public CultureInfo Culture { get; set; } = CultureInfo.InvariantCulture;

    /// <summary>Everything that was shown, as it reads: without the escape sequences of colours.</summary>
    public string Shown => Regex.Replace(_ui.Text.ToString(), @"\x1b\[[0-9;]*m", "");

    /// <summary>What was asked.</summary>
    public List<string> Questions => _ui.Questions;

    /// <summary>What the person answers, in order.</summary>
    public Queue<string> Answers => _ui.Answers;

    /// <summary>Types a line in the place of <see cref="Answers"/>, where the answer depends on what was shown.</summary>
    public Func<string>? ReadLine
    {
        get => _ui.Typist;
        set => _ui.Typist = value;
    }

    /// <summary>Chooses by number; the default choice when null.</summary>
    public Func<Collection<ChoiceDescription>, int>? Choice
    {
        get => _ui.Chooser;
        set => _ui.Chooser = value;
    }

    public override void EnterNestedPrompt() => throw new NotSupportedException();

    public override void ExitNestedPrompt() => throw new NotSupportedException();

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }

    public override void SetShouldExit(int exitCode)
    {
    }

    private sealed class TestUserInterface : PSHostUserInterface
    {
        public StringBuilder Text { get; } = new();

        public List<string> Questions { get; } = [];

        public Queue<string> Answers { get; } = new();

        public override PSHostRawUserInterface? RawUI => null;

        public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
            descriptions.ToDictionary(field => field.Name, field =>
            {
                Questions.Add(field.Name);
                return new PSObject(Secure(Answers.Dequeue()));
            });

        public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName)
        {
            Questions.Add("credential");
            return new PSCredential(Answers.Dequeue(), Secure(Answers.Dequeue()));
        }

        public override PSCredential PromptForCredential(
            string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) =>
            PromptForCredential(caption, message, userName, targetName);

        public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) => Chooser?.Invoke(choices) ?? defaultChoice;

        public Func<Collection<ChoiceDescription>, int>? Chooser { get; set; }

        public Func<string>? Typist { get; set; }

        public override string ReadLine() => Typist?.Invoke() ?? Answers.Dequeue();

        public override SecureString ReadLineAsSecureString() => Secure(Answers.Dequeue());

        public override void Write(string value) => Text.Append(value);

        public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Text.Append(value);

        public override void WriteLine(string value) => Text.AppendLine(value);

        public override void WriteErrorLine(string value) => Text.AppendLine(value);

        public override void WriteDebugLine(string message) => Text.AppendLine(message);

        public override void WriteVerboseLine(string message) => Text.AppendLine(message);

        public override void WriteWarningLine(string message) => Text.AppendLine(message);

        public override void WriteProgress(long sourceId, ProgressRecord record) => Text.AppendLine(record.ToString());

        private static SecureString Secure(string text)
        {
            var secure = new SecureString();
            foreach (char letter in text)
                secure.AppendChar(letter);
            return secure;
        }
    }
}
