# odil as SCU of Storage Commitment: N-ACTION, then the report over the same association. Usage: odil-commitment.py PORT
import sys
import odil

PUSH = "1.2.840.10008.1.20.1"
INSTANCE = "1.2.840.10008.1.20.1.1"
Context = odil.AssociationParameters.PresentationContext
association = odil.Association()
association.set_tcp_timeout(20)
association.set_peer_host("127.0.0.1")
association.set_peer_port(int(sys.argv[1]))
parameters = odil.AssociationParameters()
parameters.set_calling_ae_title("ODIL").set_called_ae_title("CONCORD")
parameters.set_presentation_contexts([Context(1, PUSH, ["1.2.840.10008.1.2.1"], Context.Role.SCU)])
association.set_parameters(parameters)
association.associate()

command = odil.DataSet()
command.add("RequestedSOPClassUID", [PUSH])
command.add("CommandField", [0x0130])
command.add("MessageID", [1])
command.add("CommandDataSetType", [0])
command.add("RequestedSOPInstanceUID", [INSTANCE])
command.add("ActionTypeID", [1])
item = odil.DataSet()
item.add("ReferencedSOPClassUID", ["1.2.840.10008.5.1.4.1.1.2"])
item.add("ReferencedSOPInstanceUID", ["1.2.3.4"])
request = odil.DataSet()
request.add("TransactionUID", ["1.2.3.99"])
request.add("ReferencedSOPSequence", [item])
association.send_message(odil.messages.Message(command, request), PUSH)
print("N-ACTION %04x" % association.receive_message().get_command_set().as_int("Status")[0], flush=True)

event = association.receive_message()
asked = event.get_command_set()
report = event.get_data_set()
print(
    "N-EVENT-REPORT %d %s" % (asked.as_int("EventTypeID")[0], report.as_string("TransactionUID")[0].decode()), flush=True
)
answer = odil.DataSet()
answer.add("AffectedSOPClassUID", [PUSH])
answer.add("CommandField", [0x8100])
answer.add("MessageIDBeingRespondedTo", [asked.as_int("MessageID")[0]])
answer.add("CommandDataSetType", [0x0101])
answer.add("Status", [0])
answer.add("AffectedSOPInstanceUID", [INSTANCE])
answer.add("EventTypeID", [asked.as_int("EventTypeID")[0]])
association.send_message(odil.messages.Message(answer), PUSH)
association.release()
