# odil as SCP of whatever is proposed: answers every DIMSE-N request with success. Usage: odil-answers.py PORT; prints each request.
import sys
import odil

NAMES = {0x0100: "N-EVENT-REPORT", 0x0110: "N-GET", 0x0120: "N-SET", 0x0130: "N-ACTION", 0x0140: "N-CREATE", 0x0150: "N-DELETE"}
association = odil.Association()
association.set_tcp_timeout(20)
print("ready", flush=True)
association.receive_association("v4", int(sys.argv[1]))
try:
    while True:
        message = association.receive_message()
        asked = message.get_command_set()
        field = asked.as_int("CommandField")[0]
        prefix = "Affected" if asked.has("AffectedSOPClassUID") else "Requested"
        sop_class = asked.as_string(prefix + "SOPClassUID")[0].decode()
        sop_instance = asked.as_string(prefix + "SOPInstanceUID")[0].decode()
        print(NAMES[field], sop_class, message.has_data_set(), flush=True)
        answer = odil.DataSet()
        answer.add("AffectedSOPClassUID", [sop_class])
        answer.add("CommandField", [field | 0x8000])
        answer.add("MessageIDBeingRespondedTo", [asked.as_int("MessageID")[0]])
        answer.add("CommandDataSetType", [0x0101])
        answer.add("Status", [0])
        answer.add("AffectedSOPInstanceUID", [sop_instance])
        association.send_message(odil.messages.Message(answer), association.get_negotiated_parameters().get_presentation_contexts()[0].abstract_syntax)
except (odil.AssociationReleased, odil.AssociationAborted):
    print("over", flush=True)
